import {expect} from 'chai'
import {readdir, readFile} from 'node:fs/promises'

import type {FaultKind} from '../../sandbox/sandbox.js'

import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {errorOf} from '../../support/failure.js'
import {everythingIn, leaked} from '../../support/leaks.js'
import {begin, carryOut, holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const request = requestOf(['example-app'])

describe('law: a failing rotation leaks no token', function () {
  const root = tempRoot()

  /** Every token there ever was, and every config value, in what the rotation left, told and threw. */
  async function leaks(arm: (sandbox: ReturnType<typeof scene>['sandbox']) => void): Promise<string[]> {
    const config = {PRIVATE: 'a config value that is nobody\'s business'}
    const {process, sandbox} = scene(root(), [holder('example-app', {config})])
    const known = new Set([sandbox.sessionToken, config.PRIVATE])
    const create = sandbox.world.createAuthorization.bind(sandbox.world)
    sandbox.world.createAuthorization = made => {
      const created = create(made)
      known.add(created.token)
      return created
    }

    for (const {token} of sandbox.world.existingAuthorizations) known.add(token)
    const {context, told} = process()
    const rotation = await begin(context, requestOf(['example-app:HEROKU_API_KEY,PRIVATE']))
    arm(sandbox)
    // Some come to a good end: a DELETE that was applied and answered in nonsense is repeated, and then there is nothing left.
    const error: unknown = await carryOut(rotation).then(() => null, (error_: unknown) => error_)
    const files = (await readdir(root(), {recursive: true, withFileTypes: true})).filter(file => file.isFile())
    const texts = await Promise.all(files.map(({name, parentPath}) => readFile(`${parentPath}/${name}`, 'utf8')))
    const shown = [everythingIn(error), told(), JSON.stringify(resultOf(rotation.plan, rotation.state, 0, null)), ...texts].join('\n')
    return leaked(shown, [...known]).map(value => sandbox.world.nameOf(value))
  }

  for (const [method, path] of [['POST', '/oauth/authorizations'], ['PATCH', '/apps/example-app/config-vars'], ['DELETE', '/oauth/authorizations/:id']] as const) {
    for (const kind of ['reset-after', '500-after', 'hang-after', 'malformed-json', 'wrong-shape', '401', '429'] satisfies FaultKind[]) {
      it(`when ${method} ${path} fails for good (${kind})`, async function () {
        expect(await leaks(sandbox => sandbox.faults.arm({kind, match: {method, path}, times: 1000}))).to.deep.equal([])
      })
    }
  }

  it('when Heroku quotes what was sent in its refusal', async function () {
    const found = await leaks(sandbox => sandbox.faults.armRaw(({body, method}) =>
      (method === 'PATCH' ? {body: JSON.stringify({id: 'invalid_params', message: `Bad value: ${body.replaceAll('"', '\'')}`}), status: 422} : undefined)))
    expect(found).to.deep.equal([])
  })

  it('when planning fails', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    sandbox.faults.armRaw(({path}) => (path.endsWith('config-vars') ? {body: JSON.stringify({HEROKU_API_KEY: [sandbox.sessionToken]}), status: 200} : undefined))
    const {context, told} = process()
    const error = await errorOf(Error, begin(context, request))
    expect(leaked(everythingIn(error) + told(), [sandbox.sessionToken])).to.deep.equal([])
  })
})
