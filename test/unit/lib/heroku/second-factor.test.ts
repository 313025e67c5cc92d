import {expect} from 'chai'

import {RotationError} from '../../../../src/lib/errors.js'
import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {type AskSecondFactor, secondFactor} from '../../../../src/lib/heroku/second-factor.js'
import {type CallRequest, Transport} from '../../../../src/lib/heroku/transport.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {createSandbox, type SandboxOptions, virtualClock} from '../../../sandbox/sandbox.js'
import {errorOf} from '../../../support/failure.js'

const CODE = '123456'
const apps = [{config: {KEY: 'value'}, name: 'example-app', twoFactor: true}, {name: 'example-console', twoFactor: true}, {name: 'open-app'}]

/** A session whose person answers the prompts with these codes, one after the other; the last one stays. */
function sessionWith(codes: string[], options: Omit<SandboxOptions, 'clock'> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({account: {twoFactor: true, twoFactorCode: CODE}, apps, authorizations: [{description: 'example-token'}], ...options, clock})
  const prompts = {mostAtOnce: 0, open: 0, shown: 0}
  const asked: [null | string, boolean][] = []
  const ask: AskSecondFactor = async (app, isAgain) => {
    asked.push([app, isAgain])
    prompts.open++
    prompts.mostAtOnce = Math.max(prompts.mostAtOnce, prompts.open)
    const code = codes[Math.min(prompts.shown++, codes.length - 1)]
    await clock.sleep(5000)
    prompts.open--
    if (code === undefined) throw new Error('Two-factor authentication requires an interactive terminal.')
    return code
  }

  const random = {bytes: (count: number) => new Uint8Array(count), number: () => 0}
  const transport = new Transport({baseUrl: 'https://api.heroku.test', clock, deadlineMs: 30_000, fetch: sandbox.fetch, headers: {}, random, signal: new AbortController().signal})
  const session = secondFactor(transport, ask)
  const token = new Secret(sandbox.sessionToken)
  return {
    asked,
    clock,
    get: (path: string, as = token) => session.send({method: 'GET', path, repeatable: true, token: as}),
    prompts,
    sandbox,
    send: (request: Omit<CallRequest, 'token'>) => session.send({...request, token}),
    sent: (method: string) => sandbox.log.filter(entry => entry.method === method).map(({path, status}) => `${path} ${status}`),
  }
}

describe('Session', function () {
  it('leaves Ctrl-C at the question an interrupt', async function () {
    const closed = Object.assign(new Error('closed'), {name: 'ExitPromptError'})
    const send = () => Promise.reject(new PlatformError('POST /x: 403', {failure: 'http', id: 'two_factor', status: 403}))
    const session = secondFactor(Object.assign(Object.create(Transport.prototype), {send}), () => Promise.reject(closed))
    expect(await errorOf(Error, session.send({method: 'POST', path: '/x', repeatable: false, token: new Secret('x')}))).to.equal(closed)
  })

  it('asks nothing where nothing is challenged', async function () {
    const {get, prompts} = sessionWith([CODE])
    expect(await get('/apps/open-app/config-vars')).to.have.property('status', 200)
    expect(prompts.shown).to.equal(0)
  })

  it('answers a challenge by pre-authorizing the app, once', async function () {
    const {get, prompts, sent} = sessionWith([CODE])
    expect(await get('/apps/example-app/config-vars')).to.deep.include({body: {KEY: 'value'}, status: 200})
    expect(await get('/apps/example-app/dynos')).to.have.property('status', 200)
    expect(prompts.shown).to.equal(1)
    expect(sent('PUT')).to.deep.equal(['/apps/example-app/pre-authorizations 200'])
  })

  it('asks once for calls to one app in parallel', async function () {
    const {get, prompts} = sessionWith([CODE])
    const paths = ['config-vars', 'dynos', 'releases', 'config-vars', 'features/preboot']
    const answers = await Promise.all(paths.map(path => get(`/apps/example-app/${path}`)))
    expect(answers.map(({status}) => status)).to.deep.equal([200, 200, 200, 200, 200])
    expect(prompts.shown).to.equal(1)
  })

  it('asks once for each app, one after the other', async function () {
    const {get, prompts} = sessionWith([CODE])
    await Promise.all(['example-app', 'example-console'].flatMap(app => [get(`/apps/${app}/config-vars`), get(`/apps/${app}/dynos`)]))
    expect(prompts).to.deep.equal({mostAtOnce: 1, open: 0, shown: 2})
  })

  it('asks again after a wrong code, naming the app', async function () {
    const {asked, get, prompts} = sessionWith(['000000', CODE])
    const answers = await Promise.all(['config-vars', 'dynos'].map(path => get(`/apps/example-app/${path}`)))
    expect(answers.map(({status}) => status)).to.deep.equal([200, 200])
    expect(asked).to.deep.equal([['example-app', false], ['example-app', true]])
    expect(prompts.shown).to.equal(2)
  })

  it('fails every call that waited for three wrong codes, and asks the next one again', async function () {
    const {get, prompts} = sessionWith(['000000', '000001', '000002', CODE])
    const failed = await Promise.all(['config-vars', 'dynos'].map(path => errorOf(PlatformError, get(`/apps/example-app/${path}`))))
    expect(failed.map(({id, status}) => [id, status])).to.deep.equal([['two_factor', 403], ['two_factor', 403]])
    expect(await get('/apps/example-app/config-vars')).to.have.property('status', 200)
    expect(prompts.shown).to.equal(4)
  })

  it('asks again once the pre-authorization has expired', async function () {
    const {clock, get, prompts} = sessionWith([CODE])
    await get('/apps/example-app/config-vars')
    await clock.sleep(11 * 60_000)
    expect(await get('/apps/example-app/config-vars')).to.have.property('status', 200)
    expect(prompts.shown).to.equal(2)
  })

  it('pre-authorizes an app for every token that is challenged there', async function () {
    const {get, sandbox} = sessionWith([CODE])
    await get('/apps/example-app/config-vars')
    const other = new Secret(sandbox.world.authorization('example-token')?.token ?? '')
    expect(await get('/apps/example-app/config-vars', other)).to.have.property('status', 200)
  })

  describe('challenged without an app', function () {
    const switches = {authorizationWritesNeedTwoFactor: true}
    const create = {body: {description: 'made'}, method: 'POST', path: '/oauth/authorizations', repeatable: false} as const

    it('sends the code with the call, a create too, for a challenge applied nothing', async function () {
      const {prompts, sandbox, send, sent} = sessionWith([CODE], {switches})
      expect(await send(create)).to.have.property('status', 201)
      expect(sent('POST')).to.deep.equal(['/oauth/authorizations 403', '/oauth/authorizations 201'])
      expect([prompts.shown, sandbox.world.authorizations.filter(({description}) => description === 'made').length]).to.deep.equal([1, 1])
    })

    it('asks one at a time for calls in parallel', async function () {
      const {prompts, send} = sessionWith([CODE], {switches})
      await Promise.all([send(create), send(create)])
      expect(prompts).to.deep.equal({mostAtOnce: 1, open: 0, shown: 2})
    })

    it('asks again after a wrong code, and fails with what Heroku says of the third', async function () {
      const {asked, send} = sessionWith(['000000', '000001', '000002', '000003', CODE], {switches})
      expect(await errorOf(PlatformError, send(create))).to.include({id: 'two_factor', mayHaveApplied: false, status: 403})
      expect(await send(create)).to.have.property('status', 201)
      expect(asked).to.deep.equal([[null, false], [null, true], [null, true], [null, false], [null, true]])
    })
  })

  it('says what to do where there is no terminal', async function () {
    const {get, prompts} = sessionWith([])
    const [one, other] = await Promise.all([errorOf(RotationError, get('/apps/example-app/config-vars')), errorOf(RotationError, get('/apps/example-console/config-vars'))])
    expect(one).to.deep.include({code: 'ROTATE_TWO_FACTOR', exit: 'failed'})
    expect(one.next.join(' ')).to.include('HEROKU_API_KEY to the token of an authorization')
    expect([other.code, prompts.shown]).to.deep.equal(['ROTATE_TWO_FACTOR', 2])
  })

  it('passes every other refusal on', async function () {
    const {get, prompts, sandbox} = sessionWith([CODE])
    expect(await errorOf(PlatformError, get('/apps/no-such-app'))).to.include({id: 'not_found', status: 404})
    sandbox.faults.arm({kind: '401'})
    expect(await errorOf(PlatformError, get('/account'))).to.include({status: 401})
    expect(prompts.shown).to.equal(0)
  })

  it('writes no code into an error', async function () {
    const {get} = sessionWith(['987654'])
    const error = await errorOf(PlatformError, get('/apps/example-app/config-vars'))
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.to.include('987654')
  })
})
