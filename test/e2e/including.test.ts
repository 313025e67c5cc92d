import {expect} from 'chai'

import type {Sandbox} from '../sandbox/sandbox.js'

import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {aliveIn, app, canary, changesIn, environmentOf, heldIn, name, releasing, startExample} from './example-rotation.js'
import {failureIn} from './result-document.js'
import {toldError} from './told-error.js'

const args = ['authorizations:rotate', name, '--canary', canary, '--app', `${app}:HEROKU_API_KEY`, '--drain', '1']

describe('apps that use the token and were not named', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  beforeEach(async function () {
    home = await createHome(null)
    sandbox = await startExample()
  })

  afterEach(() => sandbox.close())

  const open = () => pluginTerminal(args, {columns: 160, env: environmentOf(sandbox), home})
  const question = /2 more apps use this token: example-app:OTHER_KEY, example-console:HEROKU_API_KEY\. Include them\? \(Y\/n\)/

  it('are offered on a terminal, and rotated with the others', async function () {
    const terminal = await open()
    await terminal.waitFor(question)
    terminal.press('\r')
    await terminal.waitFor('To replace the token')
    expect(terminal.screen()).to.include(releasing).and.include('OTHER_KEY')
    terminal.type(name)
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    expect(new Set(Object.values(heldIn(sandbox)).flat())).to.deep.equal(new Set(aliveIn(sandbox)))
  })

  it('stop the rotation where the answer is no, and where there is no terminal', async function () {
    const terminal = await open()
    await terminal.waitFor(question)
    terminal.type('n')
    expect((await terminal.done).exitCode).to.equal(1)
    expect(toldError(terminal.screen()).code).to.equal('ROTATE_STRAGGLERS')
    const {exitCode, stdout} = await runPlugin([...args, '--json'], {env: environmentOf(sandbox), home})
    expect([exitCode, failureIn(stdout).error.code]).to.deep.equal([1, 'ROTATE_STRAGGLERS'])
    expect(changesIn(sandbox)).to.deep.equal([])
  })
})
