import {expect} from 'chai'

import {sampled} from '../matrix/whole.js'
import {type Sandbox} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {aliveIn, canary, changesIn, confirmed, environmentOf, name, planned, startExample} from './example-rotation.js'
import {resultIn} from './result-document.js'
import {toldError} from './told-error.js'

describe('asking', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  beforeEach(async function () {
    home = await createHome(null)
    sandbox = await startExample()
  })

  afterEach(async function () {
    await sandbox.close()
  })

  const run = (...args: string[]) => runPlugin(args, {env: environmentOf(sandbox), home})
  const stopped = () => run('authorizations:rotate', ...planned, ...confirmed, '--no-revoke')

  async function typing(id: string, word: string) {
    const terminal = await pluginTerminal([id], {columns: 120, env: environmentOf(sandbox), home})
    await terminal.waitFor(`To proceed, type ${name}:`)
    const screen = terminal.screen()
    terminal.type(word)
    return {exitCode: (await terminal.done).exitCode, screen}
  }

  it('comes before the revoke, on a terminal; another word changes nothing, nor another --confirm, and the rotation stays open', async function () {
    await stopped()
    const changes = changesIn(sandbox)
    const refused = await typing('authorizations:rotate:revoke', 'yes')
    expect(refused.screen).to.match(/Warning: This revokes example-token \([\da-f-]{36}\)\. It cannot be undone\./)
    expect([refused.exitCode, changesIn(sandbox)]).to.deep.equal([1, changes])
    // A right one without a terminal: drift.test.ts.
    expect(toldError((await run('authorizations:rotate:revoke', '--confirm', 'other')).stderr).code).to.equal('ROTATE_CONFIRM')
    expect(changesIn(sandbox)).to.deep.equal(changes)
    const resumed = await typing('authorizations:rotate:resume', name)
    expect(resumed.screen, 'resume goes on to the revoke').to.include('Warning: This revokes example-token')
    expect(resumed.exitCode).to.equal(0)
    expect(aliveIn(sandbox)).to.have.length(1)
  })

  it('comes before a rollback, which restarts apps', async function () {
    await stopped()
    const {exitCode, screen} = await typing('authorizations:rotate:rollback', name)
    expect(screen).to.include(`Rolling back ${name} puts back what was there before in 3 apps. Apps restart. The new token is revoked.`)
    expect([exitCode, aliveIn(sandbox)]).to.deep.equal([0, [name]])
  })

  it('is not needed for the name: the argument takes a description, or the first characters of an ID', async function () {
    const id = sandbox.world.authorization(name)?.id ?? ''
    for (const argument of sampled(1, [name, id.slice(0, 8), id])) {
      const {exitCode, stderr, stdout} = await run('authorizations:rotate:check', argument, '--json')
      expect(exitCode, stderr).to.equal(0)
      expect(resultIn(stdout).outgoing.id).to.equal(id)
    }
  })

  it('is not needed for the others: where only a canary was named, whatever holds the token follows it', async function () {
    const {consumers} = resultIn((await run('authorizations:rotate:check', name, '--canary', canary, '--json')).stdout)
    expect(consumers.map(({id, wave}) => `${id} ${wave}`)).to.have.members([`heroku-config:${canary} 0`, 'heroku-config:example-app 1', 'heroku-config:example-console 1'])
  })
})
