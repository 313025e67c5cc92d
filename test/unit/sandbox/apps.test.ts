import {expect} from 'chai'

import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at} from './api-client.js'

describe('apps of the sandbox', function () {
  function scenery() {
    const sandbox = createSandbox({apps: [{name: 'example-app'}, {name: 'example-console'}], clock: virtualClock()})
    const {id} = sandbox.world.app('example-app')
    return {id, sandbox, status: async (name: string) => (await ask(sandbox, 'GET', `/apps/${name}/config-vars`)).status}
  }

  it('are found by name and by ID, and the log tells the name', async function () {
    const {id, sandbox, status} = scenery()
    expect([await status('example-app'), await status(id)]).to.deep.equal([200, 200])
    expect(sandbox.log.map(({path}) => path)).to.deep.equal(['/apps/example-app/config-vars', '/apps/example-app/config-vars'])
  })

  it('are gone by either when they are deleted, and run nothing more', async function () {
    const {id, sandbox, status} = scenery()
    const app = sandbox.world.app('example-app')
    sandbox.world.deleteApp('example-app')
    expect([await status('example-app'), await status(id), await status('example-console')]).to.deep.equal([404, 404, 200])
    expect(app.runningDynos()).to.deep.equal([])
  })

  it('keep their ID when they are renamed, and the old name may be taken', async function () {
    const {id, sandbox, status} = scenery()
    sandbox.world.renameApp('example-app', 'example-renamed')
    expect([await status('example-app'), await status(id)]).to.deep.equal([404, 200])
    sandbox.world.renameApp('example-console', 'example-app')
    expect(at((await ask(sandbox, 'GET', '/apps/example-app')).body, 'id')).to.not.equal(id)
    expect(at((await ask(sandbox, 'GET', `/apps/${id}`)).body, 'name')).to.equal('example-renamed')
  })

  it('may be out of reach once a team has them', async function () {
    const {sandbox, status} = scenery()
    sandbox.world.transferApp('example-app', 'example-team', 'none')
    expect(await status('example-app')).to.equal(403)
    sandbox.world.transferApp('example-app', 'example-team', 'full')
    expect(at((await ask(sandbox, 'GET', '/apps/example-app')).body, 'team.name')).to.equal('example-team')
  })

  it('say when they are in maintenance', async function () {
    const {sandbox} = scenery()
    sandbox.world.app('example-app').maintenance = true
    expect(at((await ask(sandbox, 'GET', '/apps/example-app')).body, 'maintenance')).to.equal(true)
  })
})
