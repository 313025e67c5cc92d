import {expect} from 'chai'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Sandbox} from '../sandbox/sandbox.js'

import {isWhole, sampled} from '../matrix/whole.js'
import {createHome, installPlugin, logIn, runHeroku} from '../support/heroku-cli.js'
import {app, canary, environmentOf, name, pluginData, releasing, startExample} from './example-rotation.js'

describe('completion in the heroku CLI', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  before('installs the packed plugin', async function () {
    this.timeout(240_000)
    home = await createHome(await installPlugin())
    sandbox = await startExample({}, {authorizations: [{description: name}, {description: 'ci-token-2026-01-01'}]})
    // The CLI itself starts git with its environment, which has no session then.
    await logIn(home, sandbox.url, {email: 'operator@example.com', token: sandbox.sessionToken})
  })

  after(() => sandbox?.close())

  async function offered(line: string): Promise<string[]> {
    const {stdout} = await runHeroku(['autocomplete:options', line], {env: {...environmentOf(sandbox), HEROKU_API_KEY: undefined}, home})
    return stdout.split('\n').filter(Boolean)
  }

  it('offers the names of credentials, and of apps', async function () {
    for (const id of sampled(1, ['authorizations:rotate', 'authorizations:rotate:resume'])) expect(await offered(`heroku ${id} --description=`)).to.deep.equal(['ci-token', name])
    // Flags that take an app: test/unit/lib/cli/flags/completions.test.ts.
    for (const flag of isWhole ? ['--app', '--canary', '--allow-straggler'] : []) expect(await offered(`heroku authorizations:rotate ${flag}=`)).to.deep.equal([app, releasing, canary].sort())
  })

  it('offers the rotations that are in flight', async function () {
    const folder = join(pluginData(home), 'rotations')
    await mkdir(folder, {mode: 0o700, recursive: true})
    await writeFile(join(folder, 'abcdefghjk.jsonl'), '{"type":"opened"}\n')
    expect(await offered('heroku authorizations:rotate:resume --rotation=')).to.deep.equal(['abcdefghjk'])
  })
})
