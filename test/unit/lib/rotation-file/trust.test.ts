import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {mkdir, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Reach} from '../../../../src/lib/system/reach.js'

import {trustingOf} from '../../../../src/lib/rotation-file/trust.js'
import {tempRoot} from '../../../support/temp-root.js'

describe('the trust in a rotation file', function () {
  const root = tempRoot()
  const at = (path: string) => join(root(), path)
  const trusting = (reach: Reach, by = 'command:vault') => trustingOf('version: 1\n', 'rotation.yml', at('rotation.yml'), [[{by, reach}]])

  it('is that in a script of any size', async function () {
    const digest = async () => (await trusting({command: ['sh', at('hook.sh')], does: 'write', env: []})).digest
    await writeFile(at('hook.sh'), `true ${'#'.repeat(21_000_000)}`)
    const before = await digest()
    await writeFile(at('hook.sh'), `evil ${'#'.repeat(21_000_000)}`)
    expect(await digest()).to.not.equal(before)
  })

  it('is that in every file that a program is given, and says which they are', async function () {
    const command = ['node', `--import=${at('a.mjs')}`, '-e', `import '${at('b.mjs')}'`]
    const files = [at('a.mjs'), at('b.mjs')]
    const digests = new Set<string>()
    for (const [index, path] of [...files, ...files].entries()) {
      await writeFile(path, `${index}`)
      const {digest, files: named} = await trusting({command, does: 'write', env: []})
      digests.add(digest)
      if (index > 0) expect(named).to.deep.equal([...files.map(file => ({path: file, why: null})), {path: 'node', why: 'found on the PATH'}])
    }

    expect(digests.size).to.equal(4)
  })

  it('is another one where a comment of the file stands for a script that is gone', async function () {
    const digest = async (text: string) =>
      (await trustingOf(text, 'rotation.yml', at('rotation.yml'), [[{by: 'command:vault', reach: {command: ['node', './deliver'], does: 'write', env: []}}]])).digest
    await writeFile(at('deliver'), 'true')
    const before = await digest('version: 1\n#')
    await rm(at('deliver'))
    await mkdir(at('deliver'))
    const hash = createHash('sha256').update('true').digest('hex')
    for (const gone of [`\0deliver\0${hash}`, JSON.stringify(['deliver', hash]), JSON.stringify(JSON.stringify(['deliver', hash]))]) {
      for (const text of [`version: 1\n#${gone}`, `version: 1\n#${JSON.stringify(gone)}`, `version: 1\n#,${gone}`]) expect(await digest(text)).to.not.equal(before)
    }
  })

  it('is another one where two scripts of one name change places', async function () {
    const digest = async () => (await trusting({command: ['sh', '-c', 'sh a/run.sh && sh b/run.sh'], does: 'write', env: []})).digest
    const write = (...texts: string[]) => Promise.all(['a', 'b'].map((folder, index) => writeFile(at(join(folder, 'run.sh')), texts[index] ?? '')))
    for (const folder of ['a', 'b']) await mkdir(at(folder))
    await write('one', 'two')
    const before = await digest()
    await write('two', 'one')
    expect(await digest()).to.not.equal(before)
  })

  it('is the same on another machine, where the files lie elsewhere', async function () {
    const digestIn = async (folder: string) => {
      await mkdir(at(folder))
      for (const name of ['a.sh', 'b.sh']) await writeFile(at(join(folder, name)), name)
      return (await trustingOf('', 'rotation.yml', at(join(folder, 'rotation.yml')), [[{by: 'audit', reach: {command: ['sh', './b.sh', 'a.sh'], does: 'tell', env: []}}]])).digest
    }

    expect(await digestIn('one')).to.equal(await digestIn('another'))
  })

  describe('with an audit file', function () {
    const needs = async (path = 'audit.jsonl') => (await trusting({does: 'tell the end', path: at(path)}, 'audit')).reaches.length > 0
    const entry = JSON.stringify({
      action: 'secret.rotate.completed', actor: 'a', context: {method: 'operator-assisted', new_authorization_id: null, old_authorization_id: 'b', secret_name: 'c'},
      description: 'd', rotation: 'e', time: '2026-01-15T00:00:00Z',
    })

    it('is not needed where the file is new, empty or has our entries alone', async function () {
      expect(await needs()).to.equal(false)
      for (const text of ['', `${entry}\n`, `${entry}\n`.repeat(5000)]) {
        await writeFile(at('audit.jsonl'), text)
        expect(await needs()).to.equal(false)
      }
    })

    for (const [what, text] of [['a script', '#!/bin/sh\ntrue\n'], ['JSON of somebody else', '{"a":1}\n'], ['an entry and a script', `${entry}\ntrue\n`]] as const) {
      it(`is needed where the file is ${what}`, async function () {
        await writeFile(at('audit.jsonl'), text)
        expect(await needs()).to.equal(true)
      })
    }

    it('is needed where a new or empty file is not named as a log: a shell may run it', async function () {
      for (const path of ['.zshenv', '.husky/pre-push', 'audit', '.env', 'log/audit.sh', '.jsonl/x']) expect(await needs(path), path).to.equal(true)
      await writeFile(at('.profile'), '')
      expect(await needs('.profile')).to.equal(true)
      for (const path of ['audit.log', 'log/AUDIT.JSON', 'audit.ndjson', 'audit.txt']) expect(await needs(path), path).to.equal(false)
    })

    it('is needed where the file is a link, also one to a log', async function () {
      await writeFile(at('log'), `${entry}\n`)
      await symlink('log', at('audit.jsonl'))
      expect(await needs()).to.equal(true)
    })

    it('is not needed for what a consumer changes in a file beside it', async function () {
      await writeFile(at('.env'), 'A=b\n')
      expect((await trusting({does: 'write', path: at('.env')}, 'file:.env')).reaches).to.deep.equal([])
    })
  })
})
