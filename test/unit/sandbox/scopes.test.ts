import {expect} from 'chai'

import {createSandbox, type Switches} from '../../sandbox/sandbox.js'
import {ask, at} from './api-client.js'

function sandboxFor(scope: string[], switches: Partial<Switches> = {}) {
  const sandbox = createSandbox({
    apps: [{config: {A: 'b'}, name: 'example-app'}],
    authorizations: [{description: 'scoped', scope}],
    switches,
  })
  const token = sandbox.world.authorization('scoped')?.token ?? ''
  return {ask: (method: string, path: string, body?: unknown) => ask(sandbox, method, path, {...(body !== undefined && {body}), token})}
}

const requests: [method: string, path: string, body?: unknown][] = [
  ['GET', '/account'],
  ['GET', '/apps'],
  ['GET', '/apps/example-app/dynos'],
  ['GET', '/apps/example-app/config-vars'],
  ['GET', '/apps/example-app/releases'],
  ['PATCH', '/apps/example-app/config-vars', {A: 'c'}],
  ['DELETE', '/apps/example-app/dynos'],
  ['GET', '/oauth/authorizations'],
]

describe('scopes of the sandbox', function () {
  const allowed: Record<string, number[]> = {
    global: [0, 1, 2, 3, 4, 5, 6, 7],
    identity: [0],
    read: [1, 2],
    'read-protected': [1, 2, 3, 4],
    write: [1, 2, 6],
    'write-protected': [1, 2, 3, 4, 5, 6],
    'apps:01234567-89ab-cdef-0123-456789abcdef.read': [],
  }
  for (const [scope, expected] of Object.entries(allowed)) {
    it(`lets ${scope} do what the table says, and nothing else`, async function () {
      const client = sandboxFor([scope])
      const done: number[] = []
      for (const [index, [method, path, body]] of requests.entries()) {
        const {headers, status} = await client.ask(method, path, body)
        expect(headers.get('oauth-scope')).to.equal(scope)
        if (status < 300) done.push(index)
        else expect(status).to.equal(403)
      }

      expect(done).to.deep.equal(expected)
    })
  }

  it('names the accepted scopes', async function () {
    const {headers} = await sandboxFor(['read']).ask('GET', '/apps/example-app')
    expect(headers.get('oauth-scope-accepted')).to.equal('global read read-protected write write-protected')
  })

  it('is lenient where a switch says so', async function () {
    expect(await sandboxFor(['read'], {accountScopes: 'any'}).ask('GET', '/account')).to.have.property('status', 200)
    expect(await sandboxFor(['read'], {nonGlobalMayManageAuthorizations: true}).ask('GET', '/oauth/authorizations')).to.have.property('status', 200)
    expect(await sandboxFor(['identity'], {scopesEnforced: false}).ask('GET', '/apps')).to.have.property('status', 200)
  })

  it('words the refusal as the switch says', async function () {
    const {body} = await sandboxFor(['read'], {insufficientScopeId: 'insufficient_scope'}).ask('GET', '/account')
    expect(at(body, 'id')).to.equal('insufficient_scope')
  })
})
