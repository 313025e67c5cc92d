import {expect} from 'chai'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'
import type {Ran, RunOptions} from '../../../../../src/lib/ports.js'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'
import {everythingOf, settingWith} from './setting.js'

function withCli(ran: Partial<Ran>) {
  const ran0: {command: readonly string[]; options: RunOptions}[] = []
  const run: Access['run'] = async (command, options) => {
    ran0.push({command, options})
    return {exitCode: 0, stderr: '', stdout: '', ...ran}
  }

  return {ran: ran0, run}
}

describe('login to Infisical', function () {
  it('is INFISICAL_TOKEN before all else', async function () {
    const {access, at, infisical} = settingWith()
    const {client, tokens} = infisical.credentials
    await adapter.read(at, access({
      env: {
        INFISICAL_TOKEN: tokens['service token'],
        INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: client.id,
        INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: client.secret,
      },
    }))
    expect(infisical.log.map(({as}) => as)).to.deep.equal(['service token'])
  })

  it('is universal auth before the login of the CLI', async function () {
    const {access, at, infisical} = settingWith()
    const {client, tokens} = infisical.credentials
    const {ran, run} = withCli({stdout: tokens.user})
    const env = {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: client.id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: client.secret}
    await adapter.read(at, access({env, run}))
    expect(infisical.log.map(({as, path}) => `${as} ${path}`)).to.deep.equal([
      'nobody /api/v1/auth/universal-auth/login', 'identity /api/v4/secrets/HEROKU_API_KEY',
    ])
    expect(ran).to.deep.equal([])
  })

  describe('by universal auth', function () {
    const logins = ({log}: ReturnType<typeof settingWith>['infisical']) => log.filter(({path}) => path.endsWith('/login')).length

    function run() {
      const setting = settingWith()
      const {id, secret} = setting.infisical.credentials.client
      const env = {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: secret}
      return {...setting, access: setting.access({env, logins: new Map()})}
    }

    it('is made once in a run, also where many ask at the same time', async function () {
      const {access, at, incoming, infisical} = run()
      await Promise.all([adapter.inspect(at, access), adapter.read(at, access), adapter.stamp(at, access)])
      await adapter.write(at, new Map([[at.secret, incoming]]), access)
      expect(logins(infisical)).to.equal(1)
    })

    it('is made again when it has ended, once', async function () {
      const {access, at, infisical} = run()
      await adapter.read(at, access)
      const armed = infisical.faults.arm({kind: '401', match: {method: 'GET'}})
      expect((await adapter.read(at, access)).get(at.secret)).to.not.equal(undefined)
      expect([armed.fired, logins(infisical)]).to.deep.equal([1, 2])
      infisical.faults.arm({kind: '401', match: {method: 'GET'}, times: Infinity})
      expect(await errorOf(RotationError, adapter.read(at, access))).to.have.property('code', 'ROTATE_INFISICAL_LOGIN')
      expect(logins(infisical)).to.equal(3)
    })

    it('is tried again after one that failed', async function () {
      const {access, at, infisical} = run()
      const armed = infisical.faults.arm({kind: '401', match: {method: 'POST'}})
      await errorOf(RotationError, adapter.read(at, access))
      armed.disarm()
      await adapter.read(at, access)
      expect(logins(infisical)).to.equal(2)
    })
  })

  it('is that of the CLI otherwise, run with a deadline, without input, away from any .infisical.json', async function () {
    const {access, at, infisical} = settingWith()
    const {ran, run} = withCli({stdout: `${infisical.credentials.tokens.user}\n`})
    await adapter.read(at, access({env: {}, run}))
    expect(infisical.log.map(({as}) => as)).to.deep.equal(['user'])
    const [{command, options} = {command: [], options: {timeoutMs: 0}}] = ran
    expect(command).to.deep.equal(['infisical', 'user', 'get', 'token', '--plain'])
    expect(options).to.include({cwd: '/home/operator', timeoutMs: 30_000})
    expect(options).to.not.have.any.keys('input', 'env')
  })

  it('hands the passphrase of the file vault to the CLI', async function () {
    const {access, at, infisical} = settingWith()
    const {ran, run} = withCli({stdout: infisical.credentials.tokens.user})
    await adapter.read(at, access({env: {INFISICAL_VAULT_FILE_PASSPHRASE: 'example'}, run}))
    expect(ran[0]?.options.env).to.deep.equal({INFISICAL_VAULT_FILE_PASSPHRASE: 'example'})
  })

  for (const [name, ran, message] of [
    ['is logged out', {exitCode: 1}, 'ended with 1 and no token'],
    ['hangs', {exitCode: null}, 'did not end within 30 seconds'],
    ['prints something else', {stdout: 'Session ID: 1\nToken: 2'}, 'ended with 0 and no token'],
    ['prints nothing', {}, 'ended with 0 and no token'],
  ] as const) {
    it(`is missing when the CLI ${name}`, async function () {
      const {access, at} = settingWith()
      const error = await errorOf(RotationError, adapter.read(at, access({env: {}, run: withCli(ran).run})))
      expect(error).to.include({code: 'ROTATE_INFISICAL_LOGIN'})
      expect(error.message).to.include(message)
      expect(error.next).to.include('infisical login')
    })
  }

  it('is missing when there is no CLI', async function () {
    const {access, at} = settingWith()
    const error = await errorOf(RotationError, adapter.read(at, access({env: {}})))
    expect(error.message).to.include('the infisical CLI is not installed')
  })

  it('names the half of universal auth that is missing', async function () {
    const {access, at} = settingWith()
    const error = await errorOf(RotationError, adapter.read(at, access({env: {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: 'example'}})))
    expect(error.message).to.include('INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET')
  })

  for (const [what, clientId] of [['client', 'somebody'], ['secret', null]] as const) {
    it(`tells universal auth credentials of an unknown ${what} without showing them`, async function () {
      const {access, at, infisical, secrets} = settingWith()
      const {id, secret: known} = infisical.credentials.client
      const env = {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: clientId ?? id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: clientId ? known : 'another'}
      const error = await errorOf(RotationError, adapter.read(at, access({env})))
      expect(error).to.include({code: 'ROTATE_INFISICAL_LOGIN'})
      expect(error.message).to.include('universal auth credentials')
      for (const secret of secrets) expect(everythingOf(error)).to.not.include(secret)
    })
  }

  it('by universal auth that has too many calls is not told to be refused', async function () {
    const {access, at, infisical} = settingWith()
    const {id, secret} = infisical.credentials.client
    infisical.faults.arm({kind: '429', times: 9})
    const env = {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: secret}
    expect(await errorOf(RotationError, adapter.read(at, access({env})))).to.include({code: 'ROTATE_INFISICAL_REFUSED'})
  })

  it('is told to be refused when Infisical does not find its service token', async function () {
    const {access, at} = settingWith()
    const error = await errorOf(RotationError, adapter.read(at, access({env: {INFISICAL_TOKEN: 'st.unknown.secret'}})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_LOGIN'})
    expect(error.message).to.include('refuses the login (404)')
  })

  it('is told to be refused when Infisical answers 403 to its token', async function () {
    const {access, at} = settingWith()
    const error = await errorOf(RotationError, adapter.read(at, access({env: {INFISICAL_TOKEN: 'expired'}})))
    expect(error).to.include({code: 'ROTATE_INFISICAL_LOGIN'})
    expect(error.message).to.include('refuses the login (403)')
    expect(error.next[0]).to.include('INFISICAL_TOKEN')
  })
})
