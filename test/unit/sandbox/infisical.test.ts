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
    await ask(infisical, 'POST', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: ' x \n'})})
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
    expect((await infisical.fetch('http://127.0.0.1/api/v4/secrets/K')).status).to.equal(401)
  })

  it('logs in by universal auth', async function () {
    const infisical = vaultWith()
    const {client, tokens} = infisical.credentials
    const path = '/api/v1/auth/universal-auth/login'
    expect((await ask(infisical, 'POST', path, {body: {clientId: client.id, clientSecret: client.secret}})).answer).to.include(tokens.identity)
    expect(await ask(infisical, 'POST', path, {body: {clientId: client.id, clientSecret: 'bad'}})).to.include({status: 401})
  })

  it('keeps changes until they are approved', async function () {
    const infisical = vaultWith({secrets: [{key: 'K', value: 'a'}], switches: {approval: true}})
    const {answer, status} = await ask(infisical, 'PATCH', '/api/v4/secrets/K', {body: v4(infisical, {secretValue: 'b'})})
    expect(status).to.equal(200)
    expect(answer).to.include('"approval"').and.not.include('"secret"')
    expect(infisical.value({key: 'K'})).to.equal('a')
    expect(infisical.approve()).to.equal(1)
    expect(infisical.value({key: 'K'})).to.equal('b')
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
