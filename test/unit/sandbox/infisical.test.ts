import {expect} from 'chai'

import {createInfisical, type Infisical, type InfisicalOptions, startInfisical} from '../../sandbox/infisical/infisical.js'
import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'

type Call = {body?: Record<string, string>; fetch?: typeof fetch; query?: Record<string, string>; token?: string}

/** Asks as a machine identity does. */
async function ask(infisical: Infisical, method: string, path: string, {body, fetch = infisical.fetch, query, token}: Call = {}) {
  const response = await fetch(`${infisical.url}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`, {
    headers: {authorization: `Bearer ${token ?? infisical.credentials.tokens.identity}`},
    method,
    ...(body ? {body: JSON.stringify(body)} : {}),
  })
  const answer: unknown = await response.json()
  return {answer: JSON.stringify(answer), status: response.status}
}

const v4 = (infisical: Infisical, more: Record<string, string> = {}) => ({environment: 'prod', projectId: infisical.project, secretPath: '/', ...more})
const v3 = (infisical: Infisical, more: Record<string, string> = {}) => ({environment: 'prod', secretPath: '/', workspaceId: infisical.project, ...more})
const referenceToL = ['$', '{L}'].join('')
const vaultWith = (options: InfisicalOptions = {}) => createInfisical({clock: virtualClock(), ...options})

describe('Infisical in the sandbox', function () {
  for (const [dialect, path, place] of [['v4', '/api/v4/secrets/K', v4], ['v3', '/api/v3/secrets/raw/K', v3]] as const) {
    it(`creates, reads, changes and deletes in ${dialect}, and counts versions`, async function () {
      const infisical = vaultWith()
      const at = place(infisical)
      expect(await ask(infisical, 'GET', path, {query: at})).to.include({status: 404}).and.nested.property('answer').to.match(/"Secret .*not found"/)
      expect((await ask(infisical, 'POST', path, {body: {...at, secretValue: 'a'}})).answer).to.include('"version":1')
      expect(await ask(infisical, 'POST', path, {body: {...at, secretValue: 'a'}})).to.include({status: 400})
      expect((await ask(infisical, 'PATCH', path, {body: {...at, secretValue: 'b'}})).answer).to.include('"version":2')
      expect((await ask(infisical, 'GET', path, {query: at})).answer).to.include('"secretValue":"b"')
      expect(infisical.versions({key: 'K'})).to.deep.equal(['a', 'b'])
      expect(await ask(infisical, 'DELETE', path, {body: {...at, type: 'shared'}})).to.include({status: 200})
      expect(infisical.value({key: 'K'})).to.equal(null)
    })

    it(`answers without ${dialect} that there is no such route`, async function () {
      const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}], switches: {[dialect]: false}})
      const {answer, status} = await ask(infisical, 'GET', path, {query: place(infisical)})
      expect(status).to.equal(404)
      expect(answer).to.include(`Route GET:${path} not found`)
    })

    it(`tells an unknown environment, project and folder from an absent secret in ${dialect}`, async function () {
      const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}]})
      const elsewhere = [{environment: 'none'}, {secretPath: '/none'}, dialect === 'v4' ? {projectId: 'none'} : {workspaceId: 'none'}]
      for (const more of elsewhere) {
        const {answer, status} = await ask(infisical, 'GET', path, {query: place(infisical, more)})
        expect(status).to.equal(404)
        expect(answer).to.match(/"(Folder|Project) with/)
      }
    })
  }

  it('trims both ends and keeps one line break', async function () {
    const infisical = vaultWith()
    await ask(infisical, 'POST', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: ' x \r\n'})})
    expect(infisical.value({key: 'K'})).to.equal('x\n')
  })

  it('expands references only when it is asked to', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: referenceToL}, {key: 'L', value: 'x'}]})
    expect((await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical, {expandSecretReferences: 'true'})})).answer).to.include('"x"')
    expect((await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical)})).answer).to.include(referenceToL)
  })

  it('answers a bad token with 403 and none with 401', async function () {
    const infisical = vaultWith()
    expect(await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical), token: 'bad'})).to.include({status: 403})
    const {answer, status} = await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical), token: 'st.unknown.secret'})
    expect(status).to.equal(404)
    expect(answer).to.include('Service token with ID \'unknown\' not found')
    expect((await infisical.fetch('http://127.0.0.1/api/v4/secrets/K')).status).to.equal(401)
  })

  it('logs in by universal auth', async function () {
    const infisical = vaultWith()
    const {client, tokens} = infisical.credentials
    const path = '/api/v1/auth/universal-auth/login'
    expect((await ask(infisical, 'POST', path, {body: {clientId: client.id, clientSecret: client.secret}})).answer).to.include(tokens.identity)
    expect(await ask(infisical, 'POST', path, {body: {clientId: client.id, clientSecret: 'bad'}})).to.include({status: 401})
    expect(await ask(infisical, 'POST', path, {body: {clientId: 'bad', clientSecret: client.secret}})).to.include({status: 404})
  })

  it('keeps changes until they are approved', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}], switches: {approval: true}})
    const token = infisical.credentials.tokens.user
    const {answer, status} = await ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: 'b'}), token})
    expect(status).to.equal(200)
    expect(answer).to.include('"approval"').and.not.include('"secret"')
    expect(infisical.value({key: 'K'})).to.equal('a')
    expect(infisical.approve()).to.equal(1)
    expect(infisical.value({key: 'K'})).to.equal('b')
  })

  it('keeps changes of users alone, where it is not told otherwise', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}], switches: {approval: true}})
    const change = (login: 'identity' | 'service token') =>
      ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: login}), token: infisical.credentials.tokens[login]})
    for (const login of ['identity', 'service token'] as const) expect((await change(login)).answer).to.not.include('"approval"')
    infisical.switches.approvalForAll = true
    for (const login of ['identity', 'service token'] as const) expect((await change(login)).answer).to.include('"approval"')
  })

  it('refuses a login without access before it looks for anything', async function () {
    const infisical = vaultWith({switches: {noAccess: true}})
    expect(await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical, {secretPath: '/none'})})).to.include({status: 403})
  })

  it('reads for a service token of one scope from there, and lets it change nothing elsewhere', async function () {
    const infisical = vaultWith({folders: ['/ops'], secrets: [{key: 'K', value: 'a'}], switches: {scopes: [{environment: 'prod', secretPath: '/'}]}})
    const token = infisical.credentials.tokens['service token']
    const elsewhere = {environment: 'dev', secretPath: '/ops', workspaceId: 'another'}
    expect((await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: elsewhere, token})).answer).to.include('"secretValue":"a"').and.include('"environment":"prod"')
    expect(await ask(infisical, 'PATCH', '/api/v3/secrets/raw/K', {body: {...elsewhere, secretValue: 'b'}, token})).to.include({status: 403})
    infisical.switches.scopes = [{environment: 'prod', secretPath: '/**'}]
    expect(await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: v3(infisical, {secretPath: '/ops'}), token})).to.include({status: 404})
  })

  it('names the operation as the error of what it does not find', async function () {
    const infisical = vaultWith()
    expect((await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: v3(infisical)})).answer)
      .to.include('"error":"GetSecretByName"').and.include('"message":"Secret with name \'K\' not found"')
    infisical.switches.absentStatus = 400
    expect(await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: v3(infisical)})).to.include({status: 400})
  })

  it('answers the current value for any version that is asked for', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'b', versions: ['a']}]})
    expect((await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: v3(infisical, {version: '1'})})).answer).to.include('"secretValue":"b"')
  })

  for (const status of [401, 422] as const) {
    it(`answers a request of the wrong shape with ${status} and what is wrong with it`, async function () {
      const infisical = vaultWith({switches: {invalidStatus: status}})
      const {answer, ...rest} = await ask(infisical, 'GET', '/api/v3/secrets/raw/K', {query: {secretPath: '/'}})
      expect(rest).to.deep.equal({status})
      expect(answer).to.include('"error":"ValidationFailure"').and.include('"message":[{')
    })
  }

  it('tells with a 429 how long to wait only where it is told to', async function () {
    const infisical = vaultWith()
    for (const retryAfter of [null, 56]) {
      infisical.switches.retryAfter = retryAfter
      infisical.faults.arm({kind: '429'})
      const {headers, status} = await infisical.fetch('http://127.0.0.1/api/v4/secrets/K')
      expect([status, headers.get('retry-after')]).to.deep.equal([429, retryAfter === null ? null : String(retryAfter)])
    }
  })

  it('lets a login that may only read change nothing', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}], switches: {readOnly: true}})
    expect(await ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: 'b'})})).to.include({status: 403})
    expect(await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical)})).to.include({status: 200})
    const {answer} = await ask(infisical, 'GET', '/api/v2/service-token', {token: infisical.credentials.tokens['service token']})
    expect(answer).to.include('["read"]')
  })

  it('takes as long as it is told to', async function () {
    const clock = virtualClock()
    const infisical = createInfisical({clock, latencyMs: 300})
    const before = clock.now()
    await ask(infisical, 'GET', '/api/v4/secrets/K', {query: v4(infisical)})
    expect(clock.now() - before).to.equal(300)
  })

  it('fails as it is armed to, before or after it has done what was asked', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}]})
    const change = (secretValue: string) => ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue})})
    infisical.faults.arm({kind: '500', match: {path: '/api/v4/secrets/:name'}})
    expect(await change('b')).to.include({status: 500})
    expect(infisical.value({key: 'K'})).to.equal('a')
    infisical.faults.arm({kind: '500-after'})
    expect(await change('b')).to.include({status: 500})
    expect(infisical.value({key: 'K'})).to.equal('b')
    expect(infisical.log.map(({applied, fault}) => [applied, fault])).to.deep.equal([[false, '500'], [true, '500-after']])
  })

  it('logs who asked for what, and no value', async function () {
    const infisical = vaultWith()
    await ask(infisical, 'POST', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: 'value'})})
    const [entry] = infisical.log
    expect(entry).to.include({applied: true, as: 'identity', method: 'POST', n: 1, path: '/api/v4/secrets/K', status: 200})
    expect(entry?.body).to.include({secretValue: '<token of somebody>'})
  })

  it('takes part in the law of the world', async function () {
    const clock = virtualClock()
    const {world} = createSandbox({authorizations: [{description: 'outgoing'}, {description: 'incoming'}], clock})
    const [outgoing, incoming] = ['outgoing', 'incoming'].map(description => world.authorization(description))
    if (!outgoing || !incoming) throw new Error('no authorizations')
    const infisical = createInfisical({clock, secrets: [{value: outgoing.token}], world})
    await ask(infisical, 'PATCH', '/api/v4/secrets/HEROKU_API_KEY', {body: v4(infisical, {secretValue: incoming.token})})
    expect(infisical.log[0]?.body).to.include({secretValue: '<token of incoming>'})
    expect(world.violations).to.deep.equal([])
    await ask(infisical, 'PATCH', '/api/v4/secrets/HEROKU_API_KEY', {body: v4(infisical, {secretValue: 'nonsense'})})
    expect(world.violations.map(({consumer, kind}) => `${kind} ${consumer}`)).to.deep.equal(['value infisical prod/:HEROKU_API_KEY'])
  })

  it('listens on loopback', async function () {
    const infisical = await startInfisical({secrets: [{key: 'K', value: 'a'}]})
    try {
      expect(await ask(infisical, 'GET', '/api/v4/secrets/K', {fetch, query: v4(infisical)})).to.include({status: 200})
    } finally {
      await infisical.close()
    }
  })

  it('lets a kill fault end one client and not the next', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}]})
    const killed = new Promise(resolve => {
      infisical.onKill = resolve
    })
    infisical.faults.arm({kind: 'kill-after'})
    const change = ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: 'b'}), fetch: infisical.startProcess()})
    expect(await Promise.race([killed, change])).to.include({method: 'PATCH', when: 'after'})
    expect(await ask(infisical, 'GET', '/api/v4/secrets/K', {fetch: infisical.startProcess(), query: v4(infisical)})).to.include({status: 200})
  })
})
