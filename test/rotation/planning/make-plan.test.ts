import {expect} from 'chai'

import type {Placed} from '../../../src/lib/consumers/registry.js'

import {RotationError} from '../../../src/lib/errors.js'
import {PlatformError} from '../../../src/lib/heroku/platform-error.js'
import {makePlan, planFrom} from '../../../src/lib/rotation/planning/make-plan.js'
import {planSchema} from '../../../src/lib/rotation/planning/plan.js'
import {tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {everythingIn, leaked} from '../../support/leaks.js'
import {advance} from '../../support/one.js'
import {begin, carryOut, CREDENTIAL, holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const apps = [holder('example-app', {config: {OTHER: 'something private'}, dynos: {web: 2, worker: 1}}), holder('example-console', {oneOff: [{command: 'bash', endsAfterMs: 1_000_000}]})]
const request = requestOf(['example-app:HEROKU_API_KEY,OTHER,ABSENT', 'example-console@0'])

describe('makePlan', function () {
  const root = tempRoot()
  const scenery = (options: Parameters<typeof scene>[2] = {}) => scene(root(), apps, options)

  it('only reads', async function () {
    const {process, sandbox} = scenery()
    await makePlan(process().context, request)
    expect(new Set(sandbox.log.map(({method}) => method))).to.deep.equal(new Set(['GET']))
  })

  it('says of a manual step that it is a person who takes it back, which is no warning', async function () {
    const {process} = scenery({account: {twoFactor: true}})
    const manual = {address: {instructions: 'tell the team', kind: 'manual', name: 'operators'}, role: 'consumer', wave: 1} as const
    const {plan} = await makePlan(process().context, {...request, consumers: [manual, ...requestOf(['example-app', 'example-console']).consumers], scope: ['global']})
    expect(plan.consumers[0]).to.deep.include({dynos: null, id: 'manual:operators', notRestorable: 'by hand'})
    expect(plan.remarks).to.deep.equal(['manual:operators: a person does it and confirms it'])
    expect(plan.warnings).to.deep.equal([])
  })

  it('refuses an app that is deleted before its ID was seen: later, nobody could tell that from a refusal', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {dynos: {}}), holder('example-console')])
    const fetch = sandbox.startProcess()
    const {context} = process({
      fetch(url, init) {
        if (url.endsWith('/apps')) sandbox.world.deleteApp('example-app')
        return fetch(url, init)
      },
    })
    const looking = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'skip'} as const
    const error = await errorOf(PlatformError, makePlan(context, requestOf(['example-app', 'example-console'], {looking})))
    expect(error.status).to.equal(404)
    expect(error.told).to.include('example-app')
  })

  it('knows the ID of an app without dynos that is named by it', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {dynos: {}})])
    const {id} = sandbox.world.app('example-app')
    const {plan} = await makePlan(process().context, requestOf([id]))
    expect(plan.apps).to.deep.equal({[id]: {id, unwell: []}})
  })

  it('asks a number of times that follows from the number of apps', async function () {
    const {process} = scenery()
    const {context} = process()
    await makePlan(context, request)
    // Account, authorizations, the life of the outgoing token; apps and pipelines; config vars and dynos of each.
    expect(context.api.calls).to.equal(3 + 2 + 2 * 2)
  })

  it('says for each key whose token it holds, and for each app what restarts', async function () {
    const {process} = scenery()
    const {plan} = await makePlan(process().context, request)
    expect(plan.consumers).to.deep.equal([
      {
        address: {add: true, app: 'example-app', keys: ['HEROKU_API_KEY', 'OTHER', 'ABSENT'], kind: 'heroku-config', overwrite: true},
        dynos: 3,
        holds: {ABSENT: 'nothing', HEROKU_API_KEY: 'outgoing', OTHER: 'other'},
        id: 'heroku-config:example-app',
        keys: ['HEROKU_API_KEY', 'OTHER', 'ABSENT'],
        kind: 'heroku-config',
        notRestorable: null,
        role: 'consumer',
        wave: 1,
      },
      {
        address: {add: true, app: 'example-console', keys: ['HEROKU_API_KEY'], kind: 'heroku-config', overwrite: true},
        dynos: 1,
        holds: {HEROKU_API_KEY: 'outgoing'},
        id: 'heroku-config:example-console',
        keys: ['HEROKU_API_KEY'],
        kind: 'heroku-config',
        notRestorable: null,
        role: 'consumer',
        wave: 0,
      },
    ])
    expect(plan.warnings).to.deep.equal(['OTHER of heroku-config:example-app has another value, which will be overwritten.'])
  })

  it('can be written down and read back, and holds no token', async function () {
    const {process, sandbox} = scenery()
    const {plan} = await makePlan(process().context, request)
    const text = JSON.stringify(plan)
    expect(planSchema.parse(JSON.parse(text))).to.deep.equal(plan)
    expect(leaked(text, [...sandbox.world.existingAuthorizations.map(({token}) => token), 'something private'])).to.deep.equal([])
  })

  it('teaches the filter the outgoing token', async function () {
    const {process, sandbox} = scenery()
    const {context} = process()
    await makePlan(context, request)
    expect(context.filter.clean(sandbox.world.authorization(CREDENTIAL)?.token ?? '')).to.equal('[secret]')
  })

  it('warns of other authorizations of the name, and of a token that is dead already', async function () {
    const {process, sandbox} = scenery({authorizations: [{ageDays: 200, description: `${CREDENTIAL}-2025-06-01`}, {description: CREDENTIAL}]})
    sandbox.faults.arm({kind: '401', match: {nth: 2, path: '/account'}})
    const {plan} = await makePlan(process().context, request)
    expect(plan.warnings.join('\n')).to.include(`${CREDENTIAL}-2025-06-01 (`).and.to.include('works too and stays as it is')
    expect(plan.warnings.join('\n')).to.include('Heroku refuses the old token already')
  })

  it('does not guess which of two values is the outgoing token', async function () {
    const twins = [{description: CREDENTIAL}, {description: 'twin'}]
    const {process, sandbox} = scene(root(), [holder('example-app'), {config: {HEROKU_API_KEY: tokenOf('twin')}, name: 'example-console'}], {
      authorizations: twins, sharedPrefix: true, switches: {redactSuffix: false},
    })
    const error = await errorOf(RotationError, makePlan(process().context, request))
    expect(error.code).to.equal('ROTATE_TWO_VALUES')
    expect(leaked(everythingIn(error), sandbox.world.existingAuthorizations.map(({token}) => token))).to.deep.equal([])
    expect(sandbox.log.every(({method}) => method === 'GET')).to.equal(true)
  })

  it('tells of every app that cannot be reached at once', async function () {
    const {process} = scene(root(), [holder('example-app'), {access: 'none', name: 'closed-app'}])
    const error = await errorOf(RotationError, makePlan(process().context, requestOf(['example-app', 'closed-app', 'no-such-app'])))
    expect(error).to.include({code: 'ROTATE_CONSUMER', exit: 'failed', now: 'Nothing was changed.'})
    expect(error.happened).to.include('heroku-config:closed-app: you may not').and.to.include('heroku-config:no-such-app: there is no such app')
  })

  it('names a command once where it fails', async function () {
    const {context} = scene(root(), [holder('example-app')]).process()
    const outside = {...context.outside, run: async () => ({exitCode: 3, stderr: '', stdout: ''})}
    const keep: Placed = {address: {kind: 'command', name: 'keep', read: ['/bin/sh', 'read'], write: ['/bin/sh', 'write']}, role: 'consumer', wave: 1}
    const error = await errorOf(RotationError, makePlan({...context, outside}, {...request, consumers: [keep]}))
    expect(error).to.include({code: 'ROTATE_COMMAND', happened: 'keep: /bin/sh ended with 3.'})
  })

  it('says which app was probably meant, and lists the apps for that once', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    const error = await errorOf(RotationError, makePlan(process().context, requestOf(['exampel-app', 'exmple-console:OTHER'])))
    expect(error.happened.split('\n')).to.deep.equal([
      '2 places cannot be updated:',
      '  heroku-config:exampel-app: there is no such app, or you have no access to it. Did you mean example-app?',
      '  heroku-config:exmple-console: there is no such app, or you have no access to it. Did you mean example-console?',
    ])
    expect(error.next.slice(0, 1)).to.deep.equal(['Type example-app instead of exampel-app.'])
    // The scan for stragglers lists them as well.
    expect(sandbox.log.filter(({path}) => path === '/apps')).to.have.length(2)
  })

  it('knows that it runs as the token it is going to replace', async function () {
    const {process, sandbox} = scenery()
    const session = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    expect((await makePlan(process({session}).context, request)).plan.sessionIsOutgoing).to.equal(true)
    expect((await makePlan(process().context, request)).plan.sessionIsOutgoing).to.equal(false)
  })

  it('refuses a scope with which the incoming token could not revoke the one it runs as', async function () {
    const {process, sandbox} = scenery()
    const session = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const narrow = {...request, scope: ['read-protected']}
    expect(await errorOf(RotationError, makePlan(process({session}).context, narrow))).to.include({code: 'ROTATE_SELF_SCOPE', exit: 'failed'})
    expect((await makePlan(process().context, narrow)).plan.incoming.scope).to.deep.equal(['read-protected'])
  })

  it('says in one note that the scope could be narrower, where it is global and nobody chose it', async function () {
    const {process, sandbox} = scenery()
    const session = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const notes = async (changes: Partial<typeof request> = {}, parts = {}) =>
      (await makePlan(process(parts).context, {...request, ...changes})).plan.remarks.filter(remark => remark.includes('--scope'))
    expect(await notes()).to.deep.equal(['This token has full account access. If the apps only use config vars and apps, add --scope write-protected.'])
    expect(await notes({scope: ['global']}), 'chosen').to.deep.equal([])
    expect(await notes({scope: ['write-protected']})).to.deep.equal([])
    expect(await notes({}, {session}), 'it revokes itself').to.deep.equal([])
  })

  it('says nothing of the scope of one that is narrow', async function () {
    const {process} = scenery({account: {twoFactor: true}, authorizations: [{description: CREDENTIAL, scope: ['write-protected']}]})
    expect((await makePlan(process().context, request)).plan.remarks).to.deep.equal([])
  })

  it('says in a note that the account has no second factor', async function () {
    const notes = async (twoFactor: boolean) => {
      const {process} = scenery({account: {email: 'operator@example.com', twoFactor}})
      return (await makePlan(process().context, request)).plan.remarks.filter(remark => remark.includes('factor'))
    }

    expect(await notes(true)).to.deep.equal([])
    expect(await notes(false)).to.deep.equal(['Two-factor authentication is off for operator@example.com.'])
  })

  it('refuses a second rotation of one that this machine has open, and says how to go on', async function () {
    const {process} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'create'))
    const error = await errorOf(RotationError, makePlan(process().context, request))
    expect(error).to.include({code: 'ROTATE_IN_FLIGHT', exit: 'failed'})
    expect(error.next).to.deep.equal(['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation ${rotation.id}`))
  })

  it('refuses one that another machine has in flight, by its mark', async function () {
    const {clock, process} = scenery()
    const rotation = await begin(process({root: `${root()}/elsewhere`}).context, request)
    await advance(rotation, 'create')
    await clock.sleep(25 * 60_000)
    const error = await errorOf(RotationError, makePlan(process().context, request))
    expect(error.code).to.equal('ROTATE_IN_FLIGHT')
    expect(error.happened).to.include(rotation.id).and.to.include('25 minutes ago on another machine')
  })

  it('makes ids that are easy to type and that differ', async function () {
    const {process} = scenery()
    const ids = new Set<string>()
    for (let seed = 0; seed < 20; seed++) ids.add((await makePlan(process({seed: String(seed)}).context, request)).plan.rotation)
    expect(ids.size).to.equal(20)
    for (const id of ids) expect(id).to.match(/^[2-9a-hjkmnp-z]{10}$/)
  })
})

describe('planFrom', function () {
  const root = tempRoot()

  it('is pure: the same survey gives the same plan, and neither it nor the request is changed', async function () {
    const {process} = scene(root(), apps)
    const {plan, survey} = await makePlan(process().context, request)
    const frozen = Object.freeze({...request, consumers: Object.freeze([...request.consumers])})
    const told = {name: plan.name, now: Date.UTC(2026, 0, 15, 12), rotation: plan.rotation}
    const before = JSON.stringify(survey)
    expect(planFrom(frozen, Object.freeze({...survey}), told)).to.deep.equal(plan)
    expect(planFrom(frozen, survey, told)).to.deep.equal(plan)
    expect(JSON.stringify(survey)).to.equal(before)
  })

  it('takes from the request what the request says, and from the outgoing authorization what it does not', async function () {
    const {process} = scene(root(), apps, {authorizations: [{ageDays: 0, description: CREDENTIAL, expiresIn: 9_000_000, scope: ['global', 'read']}]})
    const {survey} = await makePlan(process().context, request)
    const told = {name: CREDENTIAL, now: 0, rotation: 'k7m2pq9xtz'}
    expect(planFrom(request, survey, told).incoming).to.deep.equal({description: `${CREDENTIAL}-1970-01-01`, expiresIn: 9_000_000, scope: ['global', 'read']})
    expect(planFrom({...request, expiresIn: 60, scope: ['write']}, survey, told).incoming).to.deep.include({expiresIn: 60, scope: ['write']})
    const limits = {concurrency: 3, drain: 7, drainTimeout: 8, ignoreOneOff: true, timeout: 9}
    expect(planFrom({...request, ...limits}, survey, told)).to.deep.include(limits)
  })
})
