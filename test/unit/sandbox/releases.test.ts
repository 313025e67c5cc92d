import {expect} from 'chai'

import {type AppSpec, createSandbox, type Switches, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at, each} from './api-client.js'

function sandboxWith(app: Omit<AppSpec, 'name'> = {}, switches: Partial<Switches> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [{config: {A: 'old', B: 'kept'}, name: 'example-app', ...app}], clock, switches})
  return {
    app: sandbox.world.app('example-app'),
    clock,
    get: (path: string) => ask(sandbox, 'GET', `/apps/example-app${path}`),
    patch: (body: unknown, headers: Record<string, string> = {}) => ask(sandbox, 'PATCH', '/apps/example-app/config-vars', {body, headers}),
    post: (body: unknown) => ask(sandbox, 'POST', '/apps/example-app/releases', {body}),
  }
}

describe('config vars and releases of the sandbox', function () {
  it('merges, deletes what is null and makes a release', async function () {
    const {app, get, patch} = sandboxWith()
    const {body, headers, status} = await patch({A: 'new', B: null, C: 'more'})
    expect([status, body]).to.deep.equal([200, {A: 'new', C: 'more'}])
    expect(headers.get('warning-message')).to.equal(null)
    expect(app.currentRelease.version).to.equal(4)
    expect(each((await get('/releases')).body, 'description')).to.include('Set A, C and Remove B config vars')
  })

  it('describes a release as the platform does', async function () {
    const {app, patch} = sandboxWith()
    await patch({A: 'new'})
    expect(app.currentRelease.description).to.equal('Set A config vars')
    await patch({A: null})
    expect(app.currentRelease.description).to.equal('Remove A config vars')
  })

  it('makes a release for an identical value only when the switch says so', async function () {
    for (const identicalPatchMakesRelease of [true, false]) {
      const {app, patch} = sandboxWith({}, {identicalPatchMakesRelease})
      await patch({A: 'old'})
      expect(app.releases.length).to.equal(identicalPatchMakesRelease ? 4 : 3)
    }
  })

  it('keeps the config of every release readable, by version and by id', async function () {
    const {app, get, patch} = sandboxWith()
    await patch({A: 'new'})
    expect(at((await get('/releases/3/config-vars')).body, 'A')).to.equal('old')
    expect(at((await get(`/releases/${app.currentRelease.id}/config-vars`)).body, 'A')).to.equal('new')
  })

  it('stays with the old config until the release phase has succeeded', async function () {
    const {app, clock, get, patch} = sandboxWith({releasePhaseMs: 5000})
    const {body, headers} = await patch({A: 'new'})
    expect(at(body, 'A')).to.equal('old')
    expect(headers.get('warning-message')).to.be.a('string')
    await clock.advance(4999)
    expect(at((await get('/releases/4')).body, 'status')).to.equal('pending')
    expect([app.config['A'], app.currentRelease.version, app.dynos[0]?.release.version]).to.deep.equal(['old', 3, 3])
    await clock.advance(1)
    expect(at((await get('/releases/4')).body, 'status')).to.equal('succeeded')
    expect([app.config['A'], app.currentRelease.version, app.dynos[0]?.release.version]).to.deep.equal(['new', 4, 4])
    expect(at((await get('/config-vars')).body, 'A')).to.equal('new')
  })

  it('shows the new values of a pending release when the switch says so', async function () {
    const {body} = await sandboxWith({releasePhaseMs: 5000}, {pendingPatchReturnsOldValues: false}).patch({A: 'new'})
    expect(at(body, 'A')).to.equal('new')
  })

  it('leaves everything as it was when the release phase fails', async function () {
    const {app, clock, get, patch} = sandboxWith({releasePhase: 'fails', releasePhaseMs: 5000})
    await patch({A: 'new'})
    const before = app.dynos
    await clock.advance(5000)
    expect(at((await get('/releases/4')).body, 'status')).to.equal('failed')
    expect(at((await get('/config-vars')).body, 'A')).to.equal('old')
    expect(app.dynos).to.deep.equal(before)
    await patch({B: 'next'})
    expect(app.nextConfig).to.deep.equal({A: 'old', B: 'next'})
  })

  it('rolls back to the config of an earlier release', async function () {
    const {app, patch, post} = sandboxWith()
    await patch({A: 'new'})
    const {body, status} = await post({release: app.findRelease('3')?.id})
    expect([status, at(body, 'description')]).to.deep.equal([201, 'Rollback to v3'])
    expect(app.config['A']).to.equal('old')
  })

  it('honours If-Match only when the switch says so', async function () {
    const stale = {'If-Match': 'W/"stale"'}
    expect(await sandboxWith().patch({A: 'new'}, stale)).to.have.property('status', 200)
    const {get, patch} = sandboxWith({}, {ifMatchHonoured: true})
    const {headers} = await get('/config-vars')
    expect(await patch({A: 'new'}, stale)).to.have.property('status', 412)
    expect(await patch({A: 'new'}, {'If-Match': headers.get('etag') ?? ''})).to.have.property('status', 200)
  })

  it('shows masked config vars as the switch says', async function () {
    const shown = async (maskedConfigVars: Switches['maskedConfigVars']) => (await sandboxWith({masked: ['A']}, {maskedConfigVars}).get('/config-vars')).body
    expect(await shown('null')).to.deep.equal({A: null, B: 'kept'})
    expect(await shown('omitted')).to.deep.equal({B: 'kept'})
    expect(await shown('asterisks')).to.deep.equal({A: '********', B: 'kept'})
    expect(await shown('value')).to.deep.equal({A: 'old', B: 'kept'})
  })

  it('refuses values that are no strings, invalid keys, invalid JSON and too much of everything', async function () {
    const {app, patch} = sandboxWith({}, {configLimitBytes: 100})
    expect(await patch({A: 1})).to.have.property('status', 422)
    expect(await patch({'A B': 'x'})).to.have.property('status', 422)
    expect(await patch('{')).to.have.property('status', 400)
    expect(await patch({A: 'x'.repeat(101)})).to.have.property('status', 422)
    expect(app.releases).to.have.length(3)
  })
})
