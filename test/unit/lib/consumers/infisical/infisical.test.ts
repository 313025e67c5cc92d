import {expect} from 'chai'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {startInfisical} from '../../../../sandbox/infisical/infisical.js'
import {realClock} from '../../../../sandbox/sandbox.js'
import {errorOf} from '../../../../support/failure.js'
import {accessWith, calls, settingWith} from './setting.js'

const referenceTo = (name: string) => `\${${name}}`
const dialects = [['v4', {}], ['v3', {v4: false}]] as const

for (const [dialect, switches] of dialects) {
  describe(`Infisical, ${dialect}`, function () {
    it('shows what it holds, and says that history keeps it', async function () {
      const {access, at, infisical, outgoing} = settingWith({switches})
      const {dynos, remarks, values} = await adapter.inspect(at, access())
      expect(dynos).to.equal(null)
      expect(outgoing.equals(values.get('HEROKU_API_KEY'))).to.equal(true)
      expect(remarks).to.have.length(1)
      expect(remarks[0]).to.include('version 1').and.include('history')
      expect(infisical.log.every(({method}) => method === 'GET')).to.equal(true)
    })

    it('says of a secret that does not exist that a rollback removes it', async function () {
      const {access, at} = settingWith({holds: null, switches})
      const {remarks, values} = await adapter.inspect(at, access())
      expect([...values]).to.deep.equal([['HEROKU_API_KEY', null]])
      expect(remarks).to.deep.equal(['does not exist yet and will be made; a rollback removes it'])
      expect(await adapter.stamp(at, access())).to.equal(null)
    })

    it('writes, keeps what was held as a version, and reads back', async function () {
      const {access, at, give, incoming, infisical, outgoing} = settingWith({switches})
      expect(await give()).to.deep.equal({pending: false, release: null, stamp: 'version 2', wrote: true})
      const values = await adapter.read(at, access())
      expect(incoming.equals(values.get('HEROKU_API_KEY'))).to.equal(true)
      expect(await adapter.stamp(at, access())).to.equal('version 2')
      expect(infisical.versions().map(version => outgoing.equals(new Secret(version)))).to.deep.equal([true, false])
    })

    it('writes nothing when it holds the value already', async function () {
      const {give, infisical} = settingWith({switches})
      await give()
      expect(await give()).to.deep.equal({pending: false, release: null, stamp: 'version 2', wrote: false})
      expect(infisical.versions()).to.have.length(2)
    })

    it('makes a secret, and a rollback removes it', async function () {
      const {give, incoming, infisical} = settingWith({holds: null, switches})
      expect(await give()).to.include({stamp: 'version 1', wrote: true})
      expect(incoming.equals(new Secret(infisical.value() ?? ''))).to.equal(true)
      expect(await give(null)).to.deep.equal({pending: false, release: null, stamp: null, wrote: true})
      expect(infisical.value()).to.equal(null)
      expect(await give(null)).to.include({wrote: false})
    })

    it('takes a secret for absent where an older server answers 400 to that', async function () {
      const {access, at, give, infisical} = settingWith({holds: null, switches: {...switches, absentStatus: 400}})
      expect([...(await adapter.inspect(at, access())).values]).to.deep.equal([['HEROKU_API_KEY', null]])
      expect(await give()).to.include({stamp: 'version 1', wrote: true})
      expect(await give(null)).to.include({stamp: null, wrote: true})
      expect(infisical.value()).to.equal(null)
    })

    it('stops where a policy wants approval of every login', async function () {
      const {give} = settingWith({switches: {...switches, approval: true, approvalForAll: true}})
      expect(await errorOf(RotationError, give())).to.include({code: 'ROTATE_APPROVAL'})
    })

    it('tells a login without access from an absent secret', async function () {
      const {access, at} = settingWith({holds: null, switches: {...switches, noAccess: true}})
      expect(await errorOf(RotationError, adapter.read(at, access()))).to.include({code: 'ROTATE_INFISICAL_DENIED'})
    })

    it('gets back what it held before', async function () {
      const {give, infisical, outgoing, world} = settingWith({switches})
      const before = infisical.value()
      await give()
      expect(await give(outgoing)).to.include({stamp: 'version 3', wrote: true})
      expect(infisical.value()).to.equal(before)
      expect(world.violations).to.deep.equal([])
    })

    it('stops where a policy wants approval, and goes on when it was given', async function () {
      const {give: giveAs, incoming, infisical, outgoing} = settingWith({switches: {...switches, approval: true}})
      const give = () => giveAs(undefined, {env: {INFISICAL_TOKEN: infisical.credentials.tokens.user}})
      const error = await errorOf(RotationError, give())
      expect(error).to.include({code: 'ROTATE_APPROVAL', exit: 'incomplete'})
      expect(error.next[0]).to.include(`Approve the change request of project ${infisical.project}, environment prod, path / in https://app.infisical.com`)
      expect(outgoing.equals(new Secret(infisical.value() ?? ''))).to.equal(true)
      infisical.approve()
      expect(await give()).to.include({stamp: 'version 2', wrote: false})
      expect(incoming.equals(new Secret(infisical.value() ?? ''))).to.equal(true)
    })

    for (const [where, place] of [['environment', {environment: 'staging'}], ['project', {project: 'another'}], ['folder', {path: '/none'}]] as const) {
      it(`tells an unknown ${where} from an absent secret`, async function () {
        const {access, at} = settingWith({switches})
        const error = await errorOf(RotationError, adapter.inspect({...at, ...place}, access()))
        expect(error).to.include({code: 'ROTATE_INFISICAL_PLACE', exit: 'failed'})
      })
    }
  })
}

describe('Infisical', function () {
  it('is asked for v3 where it has no v4', async function () {
    const {access, at, infisical} = settingWith({switches: {v4: false}})
    await adapter.read(at, access())
    expect(calls(infisical)).to.deep.equal(['GET v4 404', 'GET v3 200'])
  })

  it('is told to be something else where it has neither', async function () {
    const {access, at} = settingWith({switches: {v3: false, v4: false}})
    const error = await errorOf(RotationError, adapter.read(at, access()))
    expect(error).to.include({code: 'ROTATE_INFISICAL_SITE'})
  })

  it('expands no references and refuses a secret that is one', async function () {
    const {access, at, infisical} = settingWith({holds: referenceTo('shared')})
    const error = await errorOf(RotationError, adapter.inspect(at, access()))
    expect(error).to.include({code: 'ROTATE_INFISICAL_REFERENCE'})
    expect(infisical.log[0]?.query).to.include('expandSecretReferences=false').and.include('include_imports=false').and.include('viewSecretValue=true')
  })

  for (const [value, why] of [[`a${referenceTo('b')}`, 'a reference'], [' a', 'blanks'], ['a \n', 'blanks'], ['a\r\n', 'blanks']] as const) {
    it(`is not given ${JSON.stringify(value)}, because it would make it ${why}`, async function () {
      const {give, infisical} = settingWith()
      const error = await errorOf(RotationError, give(new Secret(value)))
      expect(error).to.include({code: 'ROTATE_INFISICAL_VALUE'})
      expect(error.message).to.include(why)
      expect(calls(infisical)).to.deep.equal(['GET v4 200'])
    })
  }

  it('is given back a value that ends with a line break, which it keeps', async function () {
    const {give, infisical} = settingWith()
    await give(new Secret('a\n'))
    expect(infisical.value()).to.equal('a\n')
  })

  it('tells of a service token that may not write before anything is written', async function () {
    const {access, at, infisical} = settingWith({switches: {readOnly: true}})
    const env = {INFISICAL_TOKEN: infisical.credentials.tokens['service token']}
    const error = await errorOf(RotationError, adapter.inspect(at, access({env})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_DENIED'})
    infisical.switches.readOnly = false
    await adapter.inspect(at, access({env}))
  })

  it('tells of an identity that may not write', async function () {
    const {give} = settingWith({switches: {readOnly: true}})
    const error = await errorOf(RotationError, give())
    expect(error).to.include({code: 'ROTATE_INFISICAL_DENIED'})
    expect(error.message).to.include('does not allow your login to change HEROKU_API_KEY (403)')
  })

  it('tells when what is read back is not what was written', async function () {
    const {access, give, infisical} = settingWith()
    const error = await errorOf(RotationError, give(undefined, {
      async fetch(url, init) {
        const response = await access().fetch(url, init)
        if (init.method === 'PATCH') infisical.set('another')
        return response
      },
    }))
    expect(error).to.include({code: 'ROTATE_INFISICAL_DIFFERS', exit: 'incomplete'})
  })

  it('is believed about no other secret than the one that was asked for', async function () {
    const {access, at} = settingWith()
    const elsewhere = {environment: 'dev', secretKey: at.secret, secretPath: '/', secretValue: 'x', version: 1}
    const error = await errorOf(RotationError, adapter.read(at, access({fetch: async () => Response.json({secret: elsewhere})})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_ANSWER'})
    expect(error.message).to.include('another secret')
  })

  it('tells of a value that it hides', async function () {
    const {access, at} = settingWith()
    const hidden = {secretKey: at.secret, secretValue: '<hidden-by-infisical>', secretValueHidden: true, version: 1}
    const error = await errorOf(RotationError, adapter.read(at, access({fetch: async () => Response.json({secret: hidden})})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_DENIED'})
  })

  it('settles at once, lets nothing linger and is no Heroku app', async function () {
    const {access, at, incoming, give} = settingWith()
    expect(await consumer(at).settle(await give(incoming), access())).to.equal(null)
    expect(await adapter.stillRunning(at, {at: 0, release: null}, access())).to.deep.equal({grace: 0, running: []})
    expect(consumer(at).apps).to.deep.equal([])
  })

  it('is reached over real HTTP', async function () {
    const infisical = await startInfisical({folders: ['/ops']})
    const at = adapter.address.parse({
      environment: 'dev', kind: 'infisical', path: '/ops', project: infisical.project, secret: 'TOKEN', site: infisical.url,
    })
    const {client} = infisical.credentials
    const access = accessWith({
      clock: realClock(),
      env: {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: client.id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: client.secret},
      fetch: (url, init) => fetch(url, init),
    })
    try {
      expect(await adapter.write(at, new Map([['TOKEN', new Secret('example')]]), access)).to.include({stamp: 'version 1', wrote: true})
      expect(infisical.value({environment: 'dev', key: 'TOKEN', path: '/ops'})).to.equal('example')
    } finally {
      await infisical.close()
    }
  })
})
