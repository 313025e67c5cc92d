import {expect} from 'chai'

import {type AppSpec, createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask, each} from './api-client.js'

function sandboxWith(app: Omit<AppSpec, 'name'> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [{config: {A: 'old'}, name: 'example-app', ...app}], clock})
  const model = sandbox.world.app('example-app')
  const running = () => model.runningDynos().map(({config, name}) => `${name} ${config['A']}`).sort()
  return {
    clock,
    async listed() {
      const {body} = await ask(sandbox, 'GET', '/apps/example-app/dynos', {headers: {range: 'name ..'}})
      const versions = each(body, 'release.version')
      const states = each(body, 'state')
      return each(body, 'name').map((name, index) => `${String(name)} v${String(versions[index])} ${String(states[index])}`)
    },
    model,
    request: (method: string, path: string) => ask(sandbox, method, `/apps/example-app${path}`),
    running,
    set: () => ask(sandbox, 'PATCH', '/apps/example-app/config-vars', {body: {A: 'new'}}),
  }
}

describe('dynos of the sandbox', function () {
  it('restart with the new config while the old ones still have their grace', async function () {
    const {clock, listed, running, set} = sandboxWith({dynos: {web: 1, worker: 1}})
    expect(await listed()).to.deep.equal(['web.1 v3 up', 'worker.1 v3 up'])
    await set()
    expect(await listed()).to.deep.equal(['web.1 v4 starting', 'worker.1 v4 starting'])
    expect(running()).to.deep.equal(['web.1 new', 'web.1 old', 'worker.1 new', 'worker.1 old'])
    await clock.advance(2000)
    expect(await listed()).to.deep.equal(['web.1 v4 up', 'worker.1 v4 up'])
    await clock.advance(27_999)
    expect(running()).to.have.length(4)
    await clock.advance(1)
    expect(running()).to.deep.equal(['web.1 new', 'worker.1 new'])
  })

  it('crash on the new release', async function () {
    const {clock, listed, running, set} = sandboxWith({crashes: true, sigtermMs: 0})
    await set()
    await clock.advance(2000)
    expect(await listed()).to.deep.equal(['web.1 v4 crashed'])
    expect(running()).to.deep.equal([])
  })

  it('have crashed before, where their type has, and crash with every release', async function () {
    const {clock, listed, running, set} = sandboxWith({crashed: ['worker'], dynos: {web: 1, worker: 1}, sigtermMs: 0})
    expect(await listed()).to.deep.equal(['web.1 v3 up', 'worker.1 v3 crashed'])
    expect(running()).to.deep.equal(['web.1 old'])
    await set()
    await clock.advance(2000)
    expect(await listed()).to.deep.equal(['web.1 v4 up', 'worker.1 v4 crashed'])
  })

  it('start and stop as the app is scaled, without a release', async function () {
    const {clock, listed, model} = sandboxWith({dynos: {web: 2}, sigtermMs: 0})
    model.scale('web', 1)
    model.scale('worker', 1)
    await clock.advance(2000)
    expect(await listed()).to.deep.equal(['web.1 v3 up', 'worker.1 v3 up'])
    model.scale('web', 0)
    expect(await listed()).to.deep.equal(['worker.1 v3 up'])
  })

  it('run on unseen with preboot, web ones only, and get their grace after it', async function () {
    const {clock, listed, running, set} = sandboxWith({dynos: {web: 1, worker: 1}, preboot: true})
    await set()
    await clock.advance(30_000)
    expect(await listed()).to.deep.equal(['web.1 v4 up', 'worker.1 v4 up'])
    expect(running()).to.deep.equal(['web.1 new', 'web.1 old', 'worker.1 new'])
    await clock.advance(179_999)
    expect(running()).to.include('web.1 old')
    await clock.advance(1)
    expect(running()).to.deep.equal(['web.1 new', 'worker.1 new'])
  })

  it('stay what they were when they are one-off, until they end', async function () {
    const {clock, listed, running, set} = sandboxWith({dynos: {web: 0}, oneOff: [{command: 'rake migrate', endsAfterMs: 60_000}]})
    await set()
    expect(await listed()).to.deep.equal(['run.1001 v3 up'])
    expect(running()).to.deep.equal(['run.1001 old'])
    await clock.advance(60_000)
    expect(await listed()).to.deep.equal([])
    expect(running()).to.deep.equal([])
  })

  it('are listed but do not run when the app is asleep', async function () {
    const {listed, running, set} = sandboxWith({idle: true})
    expect(await listed()).to.deep.equal(['web.1 v3 idle'])
    await set()
    expect(await listed()).to.deep.equal(['web.1 v4 idle'])
    expect(running()).to.deep.equal([])
  })

  it('restart one by one, by type and all together', async function () {
    const {clock, listed, request} = sandboxWith({dynos: {web: 2, worker: 1}, oneOff: [{command: 'bash', endsAfterMs: 1e9}]})
    expect(await request('DELETE', '/dynos/web.2')).to.deep.include({body: {}, status: 202})
    expect(await listed()).to.deep.equal(['run.1001 v3 up', 'web.1 v3 up', 'web.2 v3 starting', 'worker.1 v3 up'])
    await clock.advance(2000)
    await request('DELETE', '/formations/worker')
    expect(await listed()).to.include('worker.1 v3 starting')
    await request('DELETE', '/dynos')
    expect(await listed()).to.deep.equal(['run.1001 v3 up', 'web.1 v3 starting', 'web.2 v3 starting', 'worker.1 v3 starting'])
  })

  it('have a formation and the preboot feature', async function () {
    const {request} = sandboxWith({dynos: {web: 2}, preboot: true})
    expect(each((await request('GET', '/formation')).body, 'quantity')).to.deep.equal([2])
    expect((await request('GET', '/features/preboot')).body).to.have.property('enabled', true)
  })
})
