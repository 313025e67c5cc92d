import {expect} from 'chai'

import type {InfisicalSwitches} from '../../../../sandbox/infisical/options.js'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'
import {isTyped} from './is-typed.js'
import {calls, settingWith} from './setting.js'

const dialects = [['v4', {}], ['v3', {v4: false}]] as const
const elsewhere = [['project', {project: 'another'}], ['environment', {environment: 'dev'}], ['folder', {path: '/ops'}]] as const

for (const [dialect, switches] of dialects) {
  describe(`service token of one scope, ${dialect}`, function () {
    const settingOf = (more: Partial<InfisicalSwitches> = {}, holds?: null) => {
      const setting = settingWith({folders: ['/ops'], ...(holds === undefined ? {} : {holds}), switches: {...switches, scopes: [{environment: 'prod', secretPath: '/'}], ...more}})
      const access = setting.access({env: {INFISICAL_TOKEN: setting.infisical.credentials.tokens['service token']}})
      return {...setting, access}
    }

    for (const [what, change] of elsewhere) {
      it(`is not believed about another ${what} than its own, which Infisical reads whatever is asked for`, async function () {
        const {access, at, incoming, infisical, secrets} = settingOf()
        const asked = {...at, ...change}
        for (const work of [adapter.inspect(asked, access), adapter.read(asked, access), adapter.write(asked, new Map([[at.secret, incoming]]), access)]) {
          const error = await errorOf(RotationError, work)
          isTyped(error, secrets)
          expect(error.message).to.include('another secret')
          expect(error.next[0]).to.include('service token')
        }

        expect(infisical.log.filter(({method}) => method !== 'GET')).to.deep.equal([])
      })

      it(`does not show that a secret of another ${what} is absent`, async function () {
        const {access, at} = settingOf({}, null)
        expect((await errorOf(RotationError, adapter.read({...at, ...change}, access))).message).to.include('another secret')
      })
    }

    it('is believed about its own place', async function () {
      const {access, at, incoming, infisical, outgoing} = settingOf()
      expect(outgoing.equals((await adapter.read(at, access)).get(at.secret))).to.equal(true)
      expect(await adapter.write(at, new Map([[at.secret, incoming]]), access)).to.include({wrote: true})
      expect(infisical.value()).to.equal(incoming.expose(value => value))
    })

    it('is believed about every place that its scope covers', async function () {
      const {access, at, infisical} = settingOf({scopes: [{environment: 'prod', secretPath: '/**'}]})
      infisical.set('held', {path: '/ops'})
      expect((await adapter.read({...at, path: '/ops'}, access)).get(at.secret)?.expose(value => value)).to.equal('held')
    })

    it('is believed about the places of several scopes', async function () {
      const {access, at, infisical} = settingOf({scopes: [{environment: 'prod', secretPath: '/'}, {environment: 'prod', secretPath: '/ops'}]})
      infisical.set('held', {path: '/ops'})
      expect((await adapter.read({...at, path: '/ops'}, access)).get(at.secret)?.expose(value => value)).to.equal('held')
    })
  })
}

describe('place that an answer of Infisical tells', function () {
  it('is compared with the project that was asked for, for every login', async function () {
    const {access, at} = settingWith()
    const secret = {environment: at.environment, secretKey: at.secret, secretPath: at.path, secretValue: 'x', version: 1, workspace: 'another'}
    const error = await errorOf(RotationError, adapter.read(at, access({fetch: async () => Response.json({secret})})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_ANSWER'})
    expect(error.message).to.include('another secret')
  })

  it('needs no further call for logins other than service tokens', async function () {
    const {access, at, infisical} = settingWith({switches: {v4: false}})
    await adapter.read(at, access())
    expect(calls(infisical)).to.deep.equal(['GET v4 404', 'GET v3 200'])
  })
})
