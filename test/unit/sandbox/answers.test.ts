import {expect} from 'chai'

import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at, each} from './api-client.js'

function exampleSandbox() {
  return createSandbox({
    account: {email: 'operator@example.com'},
    apps: [
      {name: 'example-app'},
      {name: 'example-console', team: 'example-team'},
      {access: 'read', name: 'example-docs', owner: 'someone@example.com'},
      {access: 'none', name: 'example-secret'},
    ],
    clock: virtualClock(),
  })
}

describe('answers of the sandbox', function () {
  it('carry the headers of the platform', async function () {
    const {headers} = await ask(exampleSandbox(), 'GET', '/account', {headers: {'Request-Id': 'one,two'}})
    expect(headers.get('request-id')).to.match(/^one,two,[\da-f-]{36}$/)
    expect(headers.get('oauth-scope')).to.equal('global')
    expect(headers.get('oauth-scope-accepted')).to.equal('global identity')
    expect(headers.get('ratelimit-remaining')).to.equal('4499')
    expect(headers.get('content-type')).to.equal('application/json')
  })

  it('are 304 without a body for an entity tag that still fits', async function () {
    const sandbox = exampleSandbox()
    const etag = (await ask(sandbox, 'GET', '/apps/example-app/config-vars')).headers.get('etag') ?? ''
    const again = () => ask(sandbox, 'GET', '/apps/example-app/config-vars', {headers: {'If-None-Match': etag}})
    expect(await again()).to.deep.include({body: null, status: 304})
    sandbox.world.setConfig('example-app', {A: 'b'})
    expect(await again()).to.deep.include({body: {A: 'b'}, status: 200})
  })

  it('are 406 without a version of the API, and 404 for endpoints of another version', async function () {
    const sandbox = exampleSandbox()
    const refused = await ask(sandbox, 'GET', '/account', {headers: {accept: 'application/json'}})
    expect([refused.status, at(refused.body, 'id')]).to.deep.equal([406, 'not_acceptable'])
    const settings = '/apps/example-app/config-vars-settings'
    expect(await ask(sandbox, 'GET', settings)).to.have.property('status', 404)
    expect(await ask(sandbox, 'GET', settings, {headers: {accept: 'application/vnd.heroku+json; version=3.sdk'}})).to.have.property('status', 200)
  })

  it('are 401 without a token that is known', async function () {
    const sandbox = exampleSandbox()
    for (const authorization of ['', 'Bearer', 'Bearer nonsense', 'Digest x']) {
      expect(await ask(sandbox, 'GET', '/account', {headers: {authorization}})).to.have.property('status', 401)
    }
  })

  it('accept a token as the password of basic authentication', async function () {
    const sandbox = exampleSandbox()
    const authorization = `Basic ${Buffer.from(`operator@example.com:${sandbox.sessionToken}`).toString('base64')}`
    expect(await ask(sandbox, 'GET', '/account', {headers: {authorization}})).to.have.property('status', 200)
  })

  it('show the apps the account may see, of teams apart', async function () {
    const sandbox = exampleSandbox()
    const names = async (path: string) => each((await ask(sandbox, 'GET', path, {headers: {range: 'name ..'}})).body, 'name')
    expect(await names('/apps')).to.deep.equal(['example-app', 'example-console', 'example-docs'])
    expect(await names('/users/~/apps')).to.deep.equal(['example-app', 'example-docs'])
    expect(await names('/teams')).to.deep.equal(['example-team'])
    expect(await names('/teams/example-team/apps')).to.deep.equal(['example-console'])
  })

  it('tell an app that is not there from one that is closed, and reading from changing', async function () {
    const sandbox = exampleSandbox()
    expect((await ask(sandbox, 'GET', '/apps/example-missing')).body).to.deep.equal({id: 'not_found', message: 'Couldn\'t find that app.', resource: 'app'})
    expect(await ask(sandbox, 'GET', '/apps/example-secret/config-vars')).to.have.property('status', 403)
    expect(await ask(sandbox, 'GET', '/apps/example-docs/config-vars')).to.have.property('status', 200)
    expect(await ask(sandbox, 'PATCH', '/apps/example-docs/config-vars', {body: {A: 'b'}})).to.have.property('status', 403)
  })

  it('find an app by its id', async function () {
    const sandbox = exampleSandbox()
    const {body} = await ask(sandbox, 'GET', `/apps/${sandbox.world.app('example-app').id}`)
    expect(at(body, 'name')).to.equal('example-app')
  })

  it('are 404 for endpoints and paths that make no sense', async function () {
    const sandbox = exampleSandbox()
    expect(await ask(sandbox, 'GET', '/nonsense')).to.have.property('status', 404)
    expect(await ask(sandbox, 'GET', '/apps/%E0%A4')).to.have.property('status', 404)
  })

  it('keep config vars of pipelines', async function () {
    const sandbox = createSandbox({apps: [{name: 'example-app'}], pipelines: [{config: {review: {A: 'b'}}, couplings: [{app: 'example-app', stage: 'production'}], name: 'example'}]})
    const path = '/pipelines/example/stage/review/config-vars'
    expect((await ask(sandbox, 'PATCH', path, {body: {C: 'd'}})).body).to.deep.equal({A: 'b', C: 'd'})
    expect((await ask(sandbox, 'PATCH', path, {body: {A: null}})).body).to.deep.equal({C: 'd'})
    expect((await ask(sandbox, 'GET', '/pipelines/example/stage/test/config-vars')).body).to.deep.equal({})
    expect(at((await ask(sandbox, 'GET', '/apps/example-app/pipeline-couplings')).body, 'stage')).to.equal('production')
  })
})
