import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {basename, dirname} from 'node:path'
import {stripVTControlCharacters} from 'node:util'

import type {Ran} from '../support/cli-process.js'

import {type Sandbox} from '../sandbox/sandbox.js'
import {createHome, installPlugin, runHeroku} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {
  aliveIn, app, canary, changesIn, confirmed, entriesBelow, type Entry, environmentOf, heldIn, name, pluginData, releasing, rotate, startExample, utcDate,
} from './example-rotation.js'
import {resultIn} from './result-document.js'

const id = (each: string) => `heroku-config:${each}`

describe('a rotation by the packed plugin in the heroku CLI', function () {
  this.timeout(60_000)

  let sandbox: Sandbox
  let outgoing: {id: string; token: string}
  let home: string
  let ran: Ran
  let days: string[]
  let files: Entry[]

  before('rotates with --json', async function () {
    this.timeout(240_000)
    home = await createHome(await installPlugin())
    sandbox = await startExample()
    const {id: outgoingId = '', token = ''} = sandbox.world.authorization(name) ?? {}
    outgoing = {id: outgoingId, token}
    const before = utcDate()
    ran = await runHeroku([...rotate, ...confirmed, '--json'], {env: environmentOf(sandbox), home})
    days = [before, utcDate()]
    files = await entriesBelow(pluginData(home))
  })

  after(() => sandbox.close())

  const textOf = (ending: string) => files.filter(({path}) => path.endsWith(ending)).map(({text}) => text ?? '')

  it('succeeds', function () {
    expect(ran.exitCode, ran.stderr + ran.stdout).to.equal(0)
  })

  it('never leaves a consumer without a live token', function () {
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('leaves one authorization of that name, dated and without a mark', function () {
    expect(aliveIn(sandbox)).to.have.length(1)
    expect(days.map(day => `${name}-${day}`)).to.include(aliveIn(sandbox)[0])
  })

  it('kills the outgoing token', function () {
    expect(sandbox.world.isLive(outgoing.token)).to.equal(false)
  })

  it('gives the incoming token to every key', function () {
    const [incoming] = aliveIn(sandbox)
    expect(heldIn(sandbox)).to.deep.equal({[app]: [incoming, incoming], [canary]: [incoming], [releasing]: [incoming]})
  })

  it('leaves the other config vars alone', function () {
    expect(sandbox.world.app(canary).config['RAILS_ENV']).to.equal('staging')
  })

  it('writes each app once, the canary before the others', function () {
    const [create, first, ...rest] = changesIn(sandbox)
    expect(create).to.equal('POST /oauth/authorizations')
    expect(first).to.equal(`PATCH /apps/${canary}/config-vars`)
    expect(rest.slice(0, 2)).to.have.members([`PATCH /apps/${app}/config-vars`, `PATCH /apps/${releasing}/config-vars`])
    expect(rest.slice(2)).to.have.length(2)
    expect(rest[2]).to.equal(`DELETE /oauth/authorizations/${outgoing.id}`)
  })

  it('prints one JSON document of the documented shape, and nothing else', function () {
    const result = resultIn(ran.stdout)
    const incoming = sandbox.world.authorizations.at(-1)
    expect(result).to.deep.include({description: name, next: null, status: 'completed'})
    expect(result.outgoing).to.deep.equal({description: name, id: outgoing.id, revoked: true, scope: ['global']})
    expect(result.incoming).to.deep.equal({description: incoming?.description, expires_in: null, id: incoming?.id, scope: ['global']})
    expect(result.proof).to.deep.equal({by: 'token', incoming_status: 200, outgoing_status: 401})
    expect(result.phases.map(phase => phase.name))
      .to.deep.equal(['preflight', 'create', 'validate', 'store', 'fanout', 'verify', 'drain', 'revoke', 'prove', 'finish'])
    expect(result.phases.filter(({seconds, status}) => status !== 'finished' || seconds === null)).to.deep.equal([])
    expect(result.consumers.filter(({drained}) => drained === null)).to.deep.equal([])
    const same = {kind: 'heroku-config', not_restorable: null, release: 4, role: 'consumer', status: 'verified'}
    expect(result.consumers.map(({drained: _, ...consumer}) => consumer)).to.have.deep.members([
      {...same, dynos: 1, held: {HEROKU_API_KEY: 'outgoing'}, id: id(canary), keys: ['HEROKU_API_KEY'], wave: 0},
      {...same, dynos: 3, held: {HEROKU_API_KEY: 'outgoing', OTHER_KEY: 'outgoing'}, id: id(app), keys: ['HEROKU_API_KEY', 'OTHER_KEY'], wave: 1},
      {...same, dynos: 1, held: {HEROKU_API_KEY: 'outgoing'}, id: id(releasing), keys: ['HEROKU_API_KEY'], wave: 1},
    ])
  })

  it('counts its API calls', function () {
    expect(resultIn(ran.stdout).api_calls).to.equal(sandbox.log.length)
  })

  it('says nothing beside the JSON', function () {
    expect(ran.stderr).to.equal('')
  })

  it('closes the journal', function () {
    const [journal = '', ...more] = textOf('.jsonl').filter(text => text.includes('"type":"opened"'))
    expect(more).to.deep.equal([])
    expect(JSON.parse(journal.trimEnd().split('\n').at(-1) ?? '')).to.have.nested.property('record.outcome', 'completed')
  })

  it('leaves no sealed token and no temporary file', function () {
    expect(files.map(({path}) => basename(path)).filter(file => /\.(?:sealed|tmp)/.test(file))).to.deep.equal([])
  })

  it('gives the lock back', function () {
    const locks = files.filter(({path, text}) => basename(dirname(path)) === 'locks' && text !== null)
    // The credential's, and the audit log's.
    expect(locks.map(({text}) => JSON.parse(text ?? '').released)).to.deep.equal([true, true])
  })

  it('keeps its files to the user', function () {
    expect(files.length).to.be.greaterThan(4)
    expect(files.filter(({mode, text}) => mode !== (text === null ? 0o700 : 0o600))).to.deep.equal([])
  })

  it('writes who replaced what into the audit log', function () {
    const [audit = ''] = textOf('audit.jsonl')
    const entries = audit.trimEnd().split('\n').map(line => JSON.parse(line))
    expect(entries).to.have.length(1)
    expect(entries[0]).to.deep.include({
      action: 'secret.rotate.completed',
      actor: 'operator@example.com',
      description: name,
      proof: {by: 'token', incoming: 200, outgoing: 401},
      rotation: resultIn(ran.stdout).rotation,
    })
    expect(entries[0].context).to.deep.equal({
      method: 'operator-assisted',
      new_authorization_id: sandbox.world.authorizations.at(-1)?.id,
      old_authorization_id: outgoing.id,
      secret_name: 'HEROKU_API_KEY',
    })
  })

  describe('repeated the same day, into a pipe', function () {
    let again: Ran

    before('rotates', async function () {
      again = await runPlugin([...rotate, ...confirmed], {env: environmentOf(sandbox), home})
    })

    it('numbers the issue of that day', function () {
      expect(again.exitCode, again.stderr).to.equal(0)
      expect(days.map(day => `${name}-${day}-2`)).to.include(aliveIn(sandbox).join(','))
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('prints the result on stdout, the plan and the progress on stderr', function () {
      expect(again.stdout).to.match(/^✓ Rotated example-token in /).and.include(aliveIn(sandbox)[0])
      expect(again.stdout.replaceAll(/\s+/g, ' ')).to.include('The old token is dead (401), the new token works (200).')
      for (const shown of ['Rotate example-token', canary, '  old ', '  new ', 'fanout', 'revoke']) expect(again.stderr).to.include(shown)
    })

    it('prints no escape codes', function () {
      expect(stripVTControlCharacters(again.stdout + again.stderr)).to.equal(again.stdout + again.stderr)
    })

    it('chains the audit log', async function () {
      const audit = (await entriesBelow(pluginData(home))).find(({path}) => path.endsWith('audit.jsonl'))
      const [first = '', second = ''] = audit?.text?.split('\n') ?? []
      expect(JSON.parse(second).previous).to.equal(createHash('sha256').update(first).digest('hex'))
    })
  })
})
