/* Windows and macOS, as far as Linux can play them: what the code does once `process.platform` says so. docs/explain/platforms.md */
import {expect} from 'chai'
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {findProgram} from '../../../../src/lib/system/program.js'

/** Runs the work where the platform says that it is this one. */
async function on<T>(platform: NodeJS.Platform, work: () => Promise<T>): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(process, 'platform')
  Object.defineProperty(process, 'platform', {...own, value: platform})
  try {
    return await work()
  } finally {
    Object.defineProperty(process, 'platform', {...own})
  }
}

describe('programs on Windows', function () {
  let folder: string

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'windows-path-'))
    for (const name of ['gh.EXE', 'infisical.CMD', 'tool.PS1']) {
      await writeFile(join(folder, name), '')
      await chmod(join(folder, name), 0o755)
    }

    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, String.raw`bin\smoke.EXE`), '')
    await chmod(join(folder, String.raw`bin\smoke.EXE`), 0o755)
  })

  after(() => rm(folder, {force: true, recursive: true}))

  const finds = (program: string, env: Record<string, string> = {}) =>
    findProgram([program], {PATH: folder, ...env}).then(() => true, () => false)

  it('are found with an ending of PATHEXT, and as they are typed', async function () {
    await on('win32', async () => {
      expect(await finds('gh', {PATHEXT: '.COM;.EXE'})).to.equal(true)
      expect(await finds('gh.EXE', {PATHEXT: '.COM'})).to.equal(true)
      expect(await finds('tool', {PATHEXT: '.COM;.EXE'})).to.equal(false)
      expect(await finds('tool', {PATHEXT: '.COM;.PS1'})).to.equal(true)
    })
  })

  it('are .EXE or .CMD where PATHEXT is not set', async function () {
    await on('win32', async () => {
      for (const name of ['gh', 'infisical']) expect(await finds(name), name).to.equal(true)
      expect(await finds('tool')).to.equal(false)
    })
  })

  it('are a path where a backslash is in the name, and not looked for in PATH', async function () {
    await on('win32', async () => {
      expect(await finds(String.raw`bin\smoke`)).to.equal(false)
    })
  })

  it('need no ending elsewhere, where a backslash is a character of the name', async function () {
    for (const platform of ['linux', 'darwin'] as const) {
      await on(platform, async () => {
        expect(await finds('gh', {PATHEXT: '.EXE'}), platform).to.equal(false)
        expect(await finds('gh.EXE'), platform).to.equal(true)
        expect(await finds(String.raw`bin\smoke.EXE`), platform).to.equal(true)
      })
    }
  })
})

