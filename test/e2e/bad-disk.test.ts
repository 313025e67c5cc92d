import {expect} from 'chai'
import {execa} from 'execa'
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Sandbox} from '../sandbox/sandbox.js'

import {isWhole} from '../matrix/whole.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin, spawnPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {aliveIn, changesIn, confirmed, entriesBelow, environmentOf, name, rotate, startExample} from './example-rotation.js'
import {failureIn} from './result-document.js'
import {stackTrace, toldError} from './told-error.js'

describe('where the journal cannot be written', function () {
  this.timeout(60_000)

  const undo: (() => Promise<unknown>)[] = []
  let sandbox: Sandbox
  let home: string
  /** Holds `heroku/authorizations-rotate`. */
  let data: string

  beforeEach(async function () {
    sandbox = await startExample()
    home = await createHome(null)
    data = await mkdtemp(join(tmpdir(), 'data-'))
    undo.push(() => sandbox.close(), () => rm(data, {force: true, recursive: true}))
  })

  afterEach(async function () {
    for (const step of undo.splice(0).toReversed()) await step()
  })

  // A lock that cannot be removed is free once its process has ended.
  const run = (...more: string[]) => spawnPlugin([...rotate, ...confirmed, ...more], {env: {...environmentOf(sandbox), XDG_DATA_HOME: data}, home}).done

  async function mount(context: Mocha.Context, at: string, options: string) {
    await mkdir(at, {recursive: true})
    const {failed} = await execa('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at], {reject: false})
    if (failed) skip(context, 'this machine allows no tmpfs to be mounted')
    undo.push(() => execa('umount', [at]))
  }

  async function expectRefusal({asJson = isWhole} = {}) {
    for (const more of asJson ? [[], ['--json']] : [[]]) {
      const {exitCode, stderr, stdout} = await run(...more)
      expect(exitCode, stdout + stderr).to.equal(1)
      const {code, message, next} = more.length === 0 ? toldError(stderr) : failureIn(stdout).error
      expect(code).to.equal('ROTATE_DISK')
      expect(message).to.match(/cannot be written/).and.match(/Nothing was changed/)
      expect(next).to.match(/writable/)
      expect(stdout + stderr).not.to.match(stackTrace)
    }

    expect(changesIn(sandbox)).to.deep.equal([])
    expect(aliveIn(sandbox)).to.deep.equal([name])
  }

  it('refuses on a read-only directory', async function () {
    const directory = join(data, 'heroku')
    if (process.getuid?.() === 0) await mount(this, directory, 'ro,size=64k')
    else {
      await mkdir(directory, {mode: 0o500})
      undo.push(() => chmod(directory, 0o700))
    }

    await expectRefusal()
  })

  it('refuses on a full disk', async function () {
    const directory = join(data, 'heroku')
    await mount(this, directory, 'size=16k')
    await writeFile(join(directory, 'ballast'), Buffer.alloc(16 * 1024)).catch(() => {})
    await expectRefusal()
  })

  it('refuses where a file is in the way of the directory', async function () {
    await mkdir(join(data, 'heroku'))
    await writeFile(join(data, 'heroku/authorizations-rotate'), '')
    await expectRefusal({asJson: true})
  })

  // Full at the sealing of the incoming token, and at the audit entry.
  for (const pages of [3, 4]) {
    it(`leaves what resume completes where the disk is full after ${pages} pages`, async function () {
      const directory = join(data, 'heroku')
      await mount(this, directory, `size=${pages * 4}k`)
      const first = await run()
      expect(first.exitCode, first.stdout + first.stderr).to.equal(3)
      const {code, message, next} = toldError(first.stderr)
      expect(code).to.equal('ROTATE_DISK')
      expect(message).to.match(/cannot be written/)
      expect(next).to.match(/authorizations:rotate:resume --rotation/)
      expect(first.stderr).not.to.match(stackTrace)
      expect(sandbox.world.violations).to.deep.equal([])

      await execa('mount', ['-o', 'remount,size=1m', directory])
      const resumed = await runPlugin(['authorizations:rotate:resume'], {env: {...environmentOf(sandbox), XDG_DATA_HOME: data}, home})
      expect(resumed.exitCode, resumed.stdout + resumed.stderr).to.equal(0)
      expect(aliveIn(sandbox)).to.have.length(1)
      expect(sandbox.world.violations).to.deep.equal([])
      const files = await entriesBelow(directory)
      expect(files.filter(({path}) => path.endsWith('.tmp') || path.endsWith('.sealed'))).to.deep.equal([])
    })
  }
})
