import {expect} from 'chai'

import type {Looking} from '../../../src/lib/rotation/planning/find-consumers.js'

import {consumersFrom, withMeant} from '../../../src/lib/cli/flags/consumers.js'
import {RotationError} from '../../../src/lib/errors.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {type AppSpec, type SandboxOptions} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {begin, carryOut, changes, CREDENTIAL, found, holder, KEY, requestOf, rotate, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const looking: Looking = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'}
const base64 = (text: string) => Buffer.from(text).toString('base64')

type Given = Parameters<typeof consumersFrom>[0] & Parameters<typeof withMeant>[1]
const named = (given: Given, more: Partial<Looking> = {}) =>
  requestOf([], {consumers: withMeant(consumersFrom(given), given), looking: {...looking, ...more}})

/** Everything in which a config var may hold a token. */
const values = (token: string): Record<string, string> => ({
  BASIC: `Basic ${base64(`:${token}`)}`,
  [KEY]: token,
  JSON: JSON.stringify({heroku: {email: 'ops@example.com', token}}),
  LIST: `one,${token},two`,
  REMOTE: `https://heroku:${token}@git.heroku.com/example-app.git`,
})

const other = {RAILS_ENV: 'production', REGION: 'eu'}

describe('config vars', function () {
  const root = tempRoot()
  function scenery(apps: AppSpec[] = [holder('example-app')], options: Omit<SandboxOptions, 'apps' | 'clock'> = {}) {
    const made = scene(root(), apps, options)
    const token = (name: string) => made.sandbox.world.existingAuthorizations.find(({description}) => description === name || description.startsWith(`${name} (`))?.token ?? ''
    return {...made, config: (app = 'example-app') => ({...made.sandbox.world.app(app).config}), token}
  }

  /** An app with the outgoing token in all forms. */
  function everywhere() {
    const made = scenery()
    made.sandbox.world.setConfig('example-app', {...values(made.token(CREDENTIAL)), ...other})
    return made
  }

  it('that hold the token in any form are written, all in one call, where an app is named without keys', async function () {
    const {config, process, sandbox, token} = everywhere()
    await rotate(process().context, named({app: ['example-app']}))
    expect(config()).to.deep.equal({...values(token(INCOMING)), ...other})
    expect(sandbox.log.filter(({method, path}) => method === 'PATCH' && path.endsWith('/config-vars'))).to.have.length(1)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('keep the token of another account in a list that begins and ends with the old one', async function () {
    const {config, process, sandbox, token} = scenery()
    const another = sampleToken('of another account')
    sandbox.world.setConfig('example-app', {[KEY]: [token(CREDENTIAL), another, token(CREDENTIAL)].join(',')})
    await rotate(process().context, named({}, {mode: 'find'}))
    expect(config()).to.deep.equal({[KEY]: [token(INCOMING), another, token(INCOMING)].join(',')})
  })

  it('that end with a newline are written where Heroku shows the beginning of a token only', async function () {
    const {config, process, sandbox, token} = scenery([holder('example-app'), holder('example-console')], {switches: {redactSuffix: false}})
    sandbox.world.setConfig('example-app', {[KEY]: `${token(CREDENTIAL)}\n`})
    await rotate(process().context, named({}, {mode: 'find'}))
    expect([config(), config('example-console')]).to.deep.equal([{[KEY]: `${token(INCOMING)}\n`}, {[KEY]: token(INCOMING)}])
  })

  it('that hold a part of the token are warned of before anything, and stay as they are', async function () {
    const {config, process, sandbox, token} = scenery()
    const [first, second] = [token(CREDENTIAL).slice(0, 30), token(CREDENTIAL).slice(30)]
    const parts = {BEGIN: first, END: second, FEW: token(CREDENTIAL).slice(0, 12)}
    sandbox.world.setConfig('example-app', {[KEY]: token(CREDENTIAL), ...parts, JOINED: `${token(CREDENTIAL)} ${first}" + "${second}`, ...other})
    const {context} = process()
    const outside = {...context.outside, env: {DYNO: 'web.1', HEROKU_APP_NAME: 'example-app'}}
    const {plan} = await begin({...context, outside}, named({app: ['example-app']}))
    const told = 'has a part of the token, which stays as it is: if the token goes on elsewhere, replace it by hand'
    expect(plan.warnings).to.include.members(['BEGIN', 'END', 'JOINED'].map(key => `heroku-config:example-app: ${key} ${told}`))
    expect(plan.warnings.join('\n')).to.include('this command runs in web.1 of it').and.not.include('FEW')
    expect(sandbox.log.filter(({method}) => method === 'PATCH')).to.deep.equal([])
    expect(config()).to.include(parts)
  })

  it('that hold it are found where no app is named', async function () {
    const {config, process, token} = everywhere()
    await rotate(process().context, named({}, {mode: 'find'}))
    expect(config()).to.deep.equal({...values(token(INCOMING)), ...other})
  })

  it('are not added where a name is mistyped: the one that holds the token is proposed first', async function () {
    const {process} = scenery()
    const error = await errorOf(RotationError, makePlan(process().context, named({app: ['example-app:HEROKU_APIKEY']})))
    expect(error.happened).to.include(`HEROKU_APIKEY of example-app is not set. Did you mean ${KEY}?`)
    expect(error.steps).to.deep.equal([{instead: {meant: `example-app:${KEY}`, typed: 'example-app:HEROKU_APIKEY'}}, {flag: ['--add', 'example-app:HEROKU_APIKEY']}])
  })

  it('are given back as they were', async function () {
    const {config, process} = everywhere()
    const before = config()
    const rotation = await begin(process().context, named({app: ['example-app']}))
    await advance(rotation, 'verify')
    expect(config()).not.to.deep.equal(before)
    await carryOut(rotation, () => rollBack(rotation))
    expect(config()).to.deep.equal(before)
  })

  it('keep what somebody has changed around the token meanwhile, on the way forward and back', async function () {
    const {config, process, sandbox, token} = everywhere()
    const rotation = await begin(process().context, named({app: ['example-app']}))
    await advance(rotation, 'verify')
    sandbox.world.setConfig('example-app', {REMOTE: `https://heroku:${token(INCOMING)}@git.heroku.com/moved.git`})
    await carryOut(rotation, () => rollBack(rotation))
    expect(config()).to.include({REMOTE: `https://heroku:${token(CREDENTIAL)}@git.heroku.com/moved.git`})
  })

  it('that hold the incoming token beside the one that was given back keep it alive', async function () {
    const old = '01234567-89ab-cdef-0123-456789abcdef'
    const {process, sandbox, token} = scenery([holder('example-app')], {authorizations: [{description: CREDENTIAL, token: old}]})
    const rotation = await begin(process().context, named({app: ['example-app']}))
    await advance(rotation, 'verify')
    const folded = base64(`ann@example.com:${token(INCOMING)} and more`).replaceAll(/.{64}/g, line => `${line}\n`)
    sandbox.world.setConfig('example-app', {[KEY]: `${token(INCOMING)} ${folded}`})
    const error = await errorOf(RotationError, carryOut(rotation, () => rollBack(rotation)))
    expect(error).to.include({code: 'ROTATE_STILL_HELD', exit: 'incomplete'})
    expect(sandbox.world.isLive(token(INCOMING))).to.equal(true)
    sandbox.world.setConfig('example-app', {[KEY]: old})
    await carryOut(await found(process().context), rollBack)
    expect(sandbox.world.existingAuthorizations.filter(({isSession}) => !isSession)).to.have.length(1)
  })

  it('that the account may read and not change are refused before anything is made, where Heroku tells', async function () {
    const {process, sandbox} = scenery([holder('example-app', {team: 'example-team'}), holder('example-locked', {access: 'read', team: 'example-team'})])
    const error = await errorOf(RotationError, makePlan(process().context, named({app: ['example-app', 'example-locked']})))
    expect(error).to.include({code: 'ROTATE_FORBIDDEN', exit: 'failed'})
    expect(error.happened).to.include('may not change the config vars of example-locked.')
    expect(error.next).to.deep.equal(['heroku access --app example-locked'])
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('that are named and hold something else are refused, and nothing is changed', async function () {
    const {process, sandbox} = everywhere()
    const error = await errorOf(RotationError, makePlan(process().context, named({app: ['example-app:HEROKU_API_KEY,RAILS_ENV']})))
    expect(error).to.include({code: 'ROTATE_NOT_HELD_HERE', exit: 'failed'})
    expect(error.message).to.include('RAILS_ENV of example-app holds no token')
    expect(error.next).to.deep.equal(['--app example-app', '--overwrite example-app:RAILS_ENV'])
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('that are named and do not exist are refused, and so is an app that holds the token nowhere', async function () {
    const {process, sandbox} = scenery([holder('example-app'), {config: other, name: 'example-typo'}])
    const absent = await errorOf(RotationError, makePlan(process().context, named({app: ['example-app', 'example-typo:HEROKU_API_KEY']})))
    expect(absent.next).to.deep.equal(['--add example-typo:HEROKU_API_KEY'])
    const none = await errorOf(RotationError, makePlan(process().context, named({app: ['example-app', 'example-typo']})))
    expect(none.message).to.include('example-typo has no config var with the old token')
    expect(none.next).to.deep.equal(['--add example-typo:HEROKU_API_KEY'])
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('are added and overwritten where that was said, and given back', async function () {
    const {config, process, token} = scenery([holder('example-app'), {config: {...other, OLD: sampleToken('dead')}, name: 'example-new'}])
    const before = config('example-new')
    const request = named({add: ['example-new:TOKEN'], app: ['example-app'], overwrite: ['example-new:OLD']})
    const rotation = await begin(process().context, request)
    await advance(rotation, 'verify')
    expect(config('example-new')).to.deep.equal({...other, OLD: token(INCOMING), TOKEN: token(INCOMING)})
    await carryOut(rotation, () => rollBack(rotation))
    expect(config('example-new')).to.deep.equal(before)
  })

  it('that are to be added and hold another value are refused', async function () {
    const {process} = scenery([holder('example-app', {config: other})])
    const error = await errorOf(RotationError, makePlan(process().context, named({add: ['example-app:RAILS_ENV'], app: ['example-app']})))
    expect(error.next).to.deep.equal(['--app example-app', '--overwrite example-app:RAILS_ENV'])
  })

  const ways: [string, Given][] = [['named', {app: ['example-app'], pipeline: ['example-pipeline/review']}], ['found', {}]]
  for (const [how, given] of ways) {
    it(`of pipelines are consumers like those of apps, where they are ${how}`, async function () {
      const made = scenery(undefined, {pipelines: [{config: {review: other}, name: 'example-pipeline'}]})
      const {process, sandbox, token} = made
      const [pipeline] = sandbox.world.pipelines
      pipeline?.changeConfig('review', values(token(CREDENTIAL)))
      await rotate(process().context, named(given, {mode: 'app' in given ? 'refuse' : 'find'}))
      expect(pipeline?.config('review')).to.deep.equal({...values(token(INCOMING)), ...other})
      expect(made.config()).to.deep.equal({[KEY]: token(INCOMING)})
    })
  }

  it('of pipelines are given back as they were', async function () {
    const {process, sandbox, token} = scenery(undefined, {pipelines: [{config: {test: other}, name: 'example-pipeline'}]})
    const [pipeline] = sandbox.world.pipelines
    pipeline?.changeConfig('test', values(token(CREDENTIAL)))
    const before = pipeline?.config('test')
    const rotation = await begin(process().context, named({app: ['example-app'], pipeline: ['example-pipeline/test']}))
    await advance(rotation, 'verify')
    await carryOut(rotation, () => rollBack(rotation))
    expect(pipeline?.config('test')).to.deep.equal(before)
  })

  it('that somebody gives the token within a longer value before the revoke stop it, and are included by what it says', async function () {
    const {config, process, sandbox, token} = scenery([holder('example-app'), {config: other, name: 'example-late'}])
    const {context} = process()
    const rotation = await begin(context, named({app: ['example-app']}))
    await advance(rotation, 'drain')
    sandbox.world.setConfig('example-late', {BASIC: values(token(CREDENTIAL))['BASIC'] ?? ''})
    const error = await errorOf(RotationError, carryOut(rotation, () => advance(rotation, 'revoke')))
    expect(error).to.include({code: 'ROTATE_STRAGGLERS', exit: 'incomplete'})
    expect(error.next[0]).to.include('--app example-late:BASIC')
    const again = await found(context, {added: consumersFrom({app: ['example-late:BASIC']})})
    await carryOut(again, goOn)
    expect(config('example-late')).to.deep.equal({...other, BASIC: values(token(INCOMING))['BASIC']})
  })
})
