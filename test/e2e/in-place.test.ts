import {expect} from 'chai'

import type {Sandbox} from '../sandbox/sandbox.js'

import {sampled} from '../matrix/whole.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin, spawnPlugin} from '../support/plugin-cli.js'
import {app, canary, changesIn, confirmed, consumers, entriesBelow, environmentOf, heldIn, name, pluginData, releasing, startExample} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {resultIn} from './result-document.js'

const regenerate = ['authorizations:rotate', '--description', name, ...consumers.map(word => (word === '--canary' ? '--app' : word)), '--in-place']

describe('a rotation in place', function () {
  this.timeout(60_000)

  let home: string
  let sandbox: Sandbox
  let tokens: string[]

  beforeEach('starts the sandbox', async function () {
    sandbox = await startExample()
    home = await createHome(null)
    tokens = [tokenNow()]
  })

  afterEach(() => sandbox.close())

  const authorizationNow = () => sandbox.world.existingAuthorizations.find(({description}) => description.startsWith(name))
  const tokenNow = () => authorizationNow()?.token ?? ''

  async function run(words: string[], env: Record<string, string> = {}) {
    const ran = await runPlugin(words, {env: {...environmentOf(sandbox), ...env}, home})
    expect(leaksIn(ran.stdout + ran.stderr, [...tokens, tokenNow()])).to.deep.equal([])
    return ran
  }

  async function isDone() {
    expect(tokenNow()).not.to.equal(tokens[0])
    expect(authorizationNow()).to.include({description: name})
    for (const each of [canary, app, releasing]) expect(sandbox.world.app(each).config['HEROKU_API_KEY']).to.equal(tokenNow())
    const files = await entriesBelow(pluginData(home))
    expect(files.filter(({path}) => path.includes('.sealed'))).to.deep.equal([])
    expect(files.flatMap(({text}) => leaksIn(text ?? '', [...tokens, tokenNow()]))).to.deep.equal([])
  }

  it('says on the plan what fails, and changes nothing before it is confirmed', async function () {
    const {exitCode, stderr} = await run(regenerate)
    expect(exitCode).to.equal(2)
    expect(stderr.replaceAll(/\s+/g, ' ')).to.include('When you confirm, 3 apps fail until they have restarted').and.include('There is no way back')
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('replaces the token of the same authorization everywhere, and shows it to nobody, whatever is asked to be told', async function () {
    const id = authorizationNow()?.id
    const {exitCode, stdout} = await run([...regenerate, ...confirmed, '--json'], {DEBUG: '*', HEROKU_DEBUG: '1'})
    expect(exitCode).to.equal(0)
    const result = resultIn(stdout)
    expect(result).to.include({next: null, status: 'completed'})
    expect(result).to.have.nested.property('incoming.id', id)
    expect(result).to.have.nested.property('outgoing.id', id)
    expect(result).to.have.nested.property('outgoing.revoked', true)
    expect(result).to.have.nested.property('proof.outgoing_status', 401)
    await isDone()
    expect(heldIn(sandbox)).to.deep.equal({[app]: [name, name], [canary]: [name], [releasing]: [name]})
  })

  it('killed at the regenerate, is gone on with by resume', async function () {
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST'}})
    const running = spawnPlugin([...regenerate, ...confirmed], {env: environmentOf(sandbox), home})
    sandbox.clientPid = running.pid
    expect((await running.done).signal).to.equal('SIGKILL')
    tokens.push(tokenNow())
    const {exitCode, stderr} = await run(['authorizations:rotate:rollback'])
    expect(exitCode).to.equal(3)
    expect(stderr.replaceAll(/[\s›]+/g, ' ')).to.include('resume regenerates the token once more')
    expect((await run(['authorizations:rotate:resume'])).exitCode).to.equal(0)
    await isDone()
  })

  for (const flag of sampled(1, [['--scope', 'read'], ['--expires-in', '90d'], ['--no-revoke'], ['--rollback-on-failure']])) {
    it(`is not combined with ${flag[0]}`, async function () {
      const {exitCode, stderr} = await run([...regenerate, ...confirmed, ...flag])
      expect(exitCode).to.equal(2)
      expect(stderr).to.include('ROTATE_USAGE')
      expect(changesIn(sandbox)).to.deep.equal([])
    })
  }
})
