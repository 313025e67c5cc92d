import {expect} from 'chai'
import nock from 'nock'

import type {Fetch} from '../../../../src/lib/ports.js'

import {PlatformApi} from '../../../../src/lib/heroku/platform-api.js'
import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {secondFactor} from '../../../../src/lib/heroku/second-factor.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {errorOf} from '../../../support/failure.js'
import {everythingIn, leaked} from '../../../support/leaks.js'
import {sampleToken} from '../../../support/sample-token.js'
import {HOST, onlyNock, secret, token, wire} from './wire.js'

const id = '0a0a0a0a-0000-4000-8000-000000000001'
const createdAt = '2026-01-15T12:00:00Z'

function api(transport = wire().transport): PlatformApi {
  return new PlatformApi(secondFactor(transport, () => Promise.reject(new Error('no terminal'))), secret)
}

const authorization = (number: number) => ({
  access_token: {expires_in: null, id, token: `HRKU-**********${number}`},
  created_at: createdAt,
  description: `number ${number}`,
  id: `id-${number}`,
  scope: ['global'],
  user: {email: 'operator@example.com', full_name: null, id},
})
const release = (version: number) => ({created_at: createdAt, status: 'succeeded', version})

describe('PlatformApi', function () {
  onlyNock()

  describe('lists', function () {
    it('follow Next-Range until a page is the last one', async function () {
      nock(HOST).get('/oauth/authorizations').matchHeader('range', value => value === undefined).reply(206, [authorization(1), authorization(2)], {'next-range': 'id ]id-2..; max=2'})
      nock(HOST, {reqheaders: {range: 'id ]id-2..; max=2'}}).get('/oauth/authorizations').reply(206, [authorization(3)], {'next-range': 'id ]id-3..; max=2'})
      nock(HOST, {reqheaders: {range: 'id ]id-3..; max=2'}}).get('/oauth/authorizations').reply(200, [authorization(4)])
      const platform = api()
      expect((await platform.authorizations()).map(found => found.id)).to.deep.equal(['id-1', 'id-2', 'id-3', 'id-4'])
      expect(platform.calls).to.equal(3)
    })

    it('end with a 206 that names no next page, and with a 200 that does', async function () {
      nock(HOST).get('/apps/a/dynos').reply(206, [])
      expect(await api().dynos('a')).to.deep.equal([])
      nock(HOST).get('/apps/a/dynos').reply(200, [], {'next-range': 'id ]x..'})
      expect(await api().dynos('a')).to.deep.equal([])
    })

    it('are not followed in a circle', async function () {
      nock(HOST).get('/apps/a/dynos').times(9).reply(206, [], {'next-range': 'id ]x..'})
      expect(await errorOf(PlatformError, api().dynos('a'))).to.have.property('failure', 'shape')
      nock.cleanAll()
    })

    it('end in an error where an empty page names a next one', async function () {
      nock(HOST).get('/apps/a/dynos').reply(206, [], {'next-range': 'id ]x..'})
      const platform = api()
      expect((await errorOf(PlatformError, platform.dynos('a'))).message).to.equal('GET /apps/a/dynos: Heroku names a next page after an empty one')
      expect(platform.calls).to.equal(1)
    })

    it('end in an error after 1,000 pages', async function () {
      let page = 0
      const fetch: Fetch = async () => Response.json([authorization(++page)], {headers: {'next-range': `id ]${page}..`}, status: 206})
      const platform = api(wire({fetch}).transport)
      expect((await errorOf(PlatformError, platform.authorizations())).message).to.equal('GET /oauth/authorizations: Heroku names more than 1000 pages')
      expect(platform.calls).to.equal(1000)
    })

    it('repeat only the page that failed', async function () {
      nock(HOST).get('/oauth/authorizations').reply(206, [authorization(1)], {'next-range': 'next'})
      nock(HOST, {reqheaders: {range: 'next'}}).get('/oauth/authorizations').reply(500, {}).get('/oauth/authorizations').reply(200, [authorization(2)])
      const platform = api()
      expect(await platform.authorizations()).to.have.length(2)
      expect(platform.calls).to.equal(3)
    })
  })

  for (const name of ['.', '..']) {
    it(`asks for nothing called ${name}, which would be another path`, async function () {
      const platform = api()
      for (const asked of [platform.configVars(name), platform.app(name), platform.stageConfigVars(name, 'test'), platform.setConfigVars(name, new Map())]) {
        expect(await errorOf(PlatformError, asked)).to.include({mayHaveApplied: false, status: 404})
      }

      expect(await platform.authorization(name)).to.equal(null)
      expect(platform.calls).to.equal(0)
    })
  }

  it('reads of an authorization what a rotation needs, its token as a secret', async function () {
    nock(HOST).get(`/oauth/authorizations/${id}`).reply(200, {...authorization(1), client: null, grant: {id: 'x'}, more: {}})
    const found = await api().authorization(id)
    expect(found).to.deep.include({createdAt, description: 'number 1', expiresIn: null, id: 'id-1', scope: ['global'], userId: id})
    expect(found?.token?.equals(new Secret('HRKU-**********1'))).to.equal(true)
  })

  it('reads one that says nothing but its id', async function () {
    nock(HOST).get('/oauth/authorizations/x').reply(200, {access_token: null, created_at: createdAt, description: null, id: 'x', scope: null, user: null})
    expect(await api().authorization('x')).to.deep.equal({client: null, createdAt, description: 'x', expiresIn: null, id: 'x', scope: [], token: null, updatedAt: createdAt, userId: null})
  })

  it('knows an authorization that there is not by its 404, and passes everything else on', async function () {
    nock(HOST).get('/oauth/authorizations/x').reply(404, {id: 'not_found'}).get('/oauth/authorizations/x').reply(403, {id: 'forbidden'})
    expect(await api().authorization('x')).to.equal(null)
    expect(await errorOf(PlatformError, api().authorization('x'))).to.have.property('status', 403)
  })

  it('counts an authorization that is gone already as revoked', async function () {
    const scope = nock(HOST).delete(`/oauth/authorizations/${id}`).reply(404, {id: 'not_found'})
    await api().revokeAuthorization(id)
    expect(scope.isDone()).to.equal(true)
    nock(HOST).delete(`/oauth/authorizations/${id}`).reply(401, {id: 'unauthorized'})
    expect(await errorOf(PlatformError, api().revokeAuthorization(id))).to.have.property('status', 401)
  })

  it('counts it as revoked when the answer to the first DELETE was lost', async function () {
    nock(HOST).delete(`/oauth/authorizations/${id}`).replyWithError(Object.assign(new Error('reset'), {code: 'ECONNRESET'})).delete(`/oauth/authorizations/${id}`).reply(404, {})
    const platform = api()
    await platform.revokeAuthorization(id)
    expect(platform.calls).to.equal(2)
  })

  it('creates an authorization with what was asked, and leaves an expiry that was not out', async function () {
    nock(HOST).post('/oauth/authorizations', {description: 'made', scope: ['read']}).reply(201, authorization(1))
    expect(await api().createAuthorization({description: 'made', expiresIn: null, scope: ['read']})).to.have.property('id', 'id-1')
    nock(HOST).post('/oauth/authorizations', {description: 'made', expires_in: 60, scope: ['global']}).reply(201, authorization(2))
    expect(await api().createAuthorization({description: 'made', expiresIn: 60, scope: ['global']})).to.have.property('id', 'id-2')
  })

  it('sets config vars and removes those that are null, all in one call', async function () {
    const value = sampleToken('config')
    nock(HOST).patch('/apps/example-app/config-vars', {GONE: null, HEROKU_API_KEY: value}).reply(200, {})
    const platform = api()
    await platform.setConfigVars('example-app', new Map([['GONE', null], ['HEROKU_API_KEY', new Secret(value)]]))
    expect(platform.calls).to.equal(1)
  })

  it('reads config vars as secrets, and knows one that is null', async function () {
    const value = sampleToken('config')
    nock(HOST).get('/apps/example-app/config-vars').reply(200, {HEROKU_API_KEY: value, MASKED: null})
    const vars = await api().configVars('example-app')
    expect([...vars.keys()]).to.deep.equal(['HEROKU_API_KEY', 'MASKED'])
    expect(vars.get('HEROKU_API_KEY')?.equals(new Secret(value))).to.equal(true)
    expect(vars.get('MASKED')).to.equal(null)
  })

  it('changes nothing of an authorization but its description', async function () {
    const scope = nock(HOST).patch(`/oauth/authorizations/${id}`, {description: 'other'}).reply(200, authorization(1))
    await api().describeAuthorization(id, 'other')
    expect(scope.isDone()).to.equal(true)
  })

  it('asks for the newest releases only', async function () {
    nock(HOST, {reqheaders: {range: 'version ..; order=desc,max=2'}}).get('/apps/a/releases').reply(206, [release(7), release(6)], {'next-range': 'x'})
    expect((await api().newestReleases('a', 2)).map(({version}) => version)).to.deep.equal([7, 6])
  })

  it('takes an app without the feature for one without preboot', async function () {
    nock(HOST).get('/apps/a/features/preboot').reply(200, {enabled: true})
    for (const status of [404, 422, 403]) nock(HOST).get('/apps/a/features/preboot').reply(status, {})
    const platform = api()
    expect([await platform.hasPreboot('a'), await platform.hasPreboot('a'), await platform.hasPreboot('a')]).to.deep.equal([true, false, false])
    expect(await errorOf(PlatformError, platform.hasPreboot('a'))).to.have.property('status', 403)
  })

  it('lets no name out of its place in a path', async function () {
    const scope = nock(HOST).get('/apps/a%2F..%2Fb%3Fc/config-vars').reply(200, {})
    await api().configVars('a/../b?c')
    expect(scope.isDone()).to.equal(true)
  })

  it('calls as another token, and counts all calls together', async function () {
    const other = sampleToken('other')
    nock(HOST, {reqheaders: {authorization: `Bearer ${token}`}}).get('/account').reply(200, {email: 'operator@example.com', id})
    nock(HOST, {reqheaders: {authorization: `Bearer ${other}`}}).get('/account').reply(200, {email: 'operator@example.com', id})
    const platform = api()
    await platform.account()
    await platform.as(new Secret(other)).account()
    expect(platform.calls).to.equal(2)
  })

  const shapes: [string, unknown, (platform: PlatformApi) => Promise<unknown>][] = [
    ['/account', [], platform => platform.account()],
    ['/account', {email: 'operator@example.com', id: ''}, platform => platform.account()],
    ['/account', {email: 7, id}, platform => platform.account()],
    ['/oauth/authorizations', {id}, platform => platform.authorizations()],
    ['/oauth/authorizations', [{...authorization(1), access_token: {token: 7}}], platform => platform.authorizations()],
    ['/apps/a/config-vars', {KEY: {token}}, platform => platform.configVars('a')],
    ['/apps/a/dynos', [{name: 'web.1', state: 'up', type: 'web'}], platform => platform.dynos('a')],
    ['/apps/a/releases', [{...release(1), version: '1'}], platform => platform.newestReleases('a', 1)],
    ['/apps/a/releases/1', {...release(1), status: 'unheard of'}, platform => platform.release('a', 1)],
    ['/apps/a', null, platform => platform.app('a')],
  ]
  for (const [path, body, read] of shapes) {
    it(`refuses ${path} in the shape ${JSON.stringify(body)?.replaceAll(token, 'TOKEN')}, and quotes nothing of it`, async function () {
      nock(HOST).get(path).reply(200, JSON.stringify(body), {'request-id': 'r1'})
      const error = await errorOf(PlatformError, read(api()))
      expect(error).to.include({failure: 'shape', mayHaveApplied: true, requestId: 'r1'})
      expect(leaked(everythingIn(error), [token])).to.deep.equal([])
    })
  }
})
