import {expect} from 'chai'

import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'
import type {Sandbox} from '../../sandbox/sandbox.js'

import {consumersFrom} from '../../../src/lib/cli/flags/consumers.js'
import {RotationError} from '../../../src/lib/errors.js'
import {advance} from '../../../src/lib/rotation/engine/advance.js'
import {openAll} from '../../../src/lib/rotation/engine/open.js'
import {rescue} from '../../../src/lib/rotation/engine/rescue.js'
import {makePlans} from '../../../src/lib/rotation/planning/several.js'
import {openJournals, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {errorOf} from '../../support/failure.js'
import {goOn, rollBack} from '../../support/one.js'
import {alive, carryOut, changes, killed, requestOf} from '../../support/rotations.js'
import {carryOutAll, failureOf, held, names, released, requests, resumeAll, rotateAll, several, tokensIn} from '../../support/several.js'
import {tempRoot} from '../../support/temp-root.js'

const [APP, CONSOLE, OPS] = names
const incoming = (name: string) => `${name}-2026-01-15`
const rotated = Object.fromEntries(Object.entries(held).map(([app, keys]) =>
  [app, Object.fromEntries(Object.entries(keys).map(([key, name]) => [key, incoming(name)]))]))
const once = {'example-app': 1, 'example-app-staging': 1, 'example-console': 1, 'example-worker': 1}

describe('several rotations in one run', function () {
  this.timeout(60_000)
  const root = tempRoot()

  it('write, release and restart an app that holds several tokens once', async function () {
    const {process, sandbox} = several(root())
    const {failed} = await rotateAll(process().context)
    expect([...failed]).to.deep.equal([])
    expect(tokensIn(sandbox)).to.deep.equal(rotated)
    expect(released(sandbox)).to.deep.equal(once)
    expect(changes(sandbox).filter(call => call.endsWith('/config-vars')).toSorted()).to.deep.equal(Object.keys(once).map(app => `PATCH /apps/${app}/config-vars`).toSorted())
    expect(alive(sandbox)).to.have.members(names.map(name => incoming(name)))
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('leave what stands around their tokens in an app that holds several', async function () {
    const {process, sandbox} = several(root())
    const {world} = sandbox
    const around = (name: string) => `https://example.com/?first=1&token=${world.authorization(name)?.token ?? ''}&last=1`
    for (const [key, name] of Object.entries(held['example-app'] ?? {})) world.setConfig('example-app', {[key]: around(name)})
    // Such a token reads no config vars, so that nothing is read between the plan and the write.
    const {failed} = await rotateAll(process().context, requests({scope: ['read']}))
    expect([...failed]).to.deep.equal([])
    const {config} = world.app('example-app')
    for (const [key, name] of Object.entries(held['example-app'] ?? {})) expect(config[key]).to.equal(around(incoming(name)))
  })

  it('leave what stands around their tokens in a stage of a pipeline that holds several', async function () {
    const {process, sandbox} = several(root(), {}, {pipelines: [{name: 'example-pipeline'}]})
    const {world} = sandbox
    const [pipeline] = world.pipelines
    const around = (name: string) => `https://example.com/?first=1&token=${world.authorization(name)?.token ?? ''}&last=1`
    pipeline?.changeConfig('review', {APP_URL: around(APP), CONSOLE_URL: around(CONSOLE)})
    const [app, console] = requests({}, [APP, CONSOLE])
    const stage = (key: string) => consumersFrom({pipeline: [`example-pipeline/review:${key}`]})
    const wanted = [app, console].flatMap((request, index) => (request ? [{...request, consumers: [...request.consumers, ...stage(['APP_URL', 'CONSOLE_URL'][index] ?? '')]}] : []))
    const {failed} = await rotateAll(process().context, wanted)
    expect([...failed]).to.deep.equal([])
    expect(pipeline?.config('review')).to.deep.equal({APP_URL: around(incoming(APP)), CONSOLE_URL: around(incoming(CONSOLE))})
  })

  it('read the config vars of each app once for all plans', async function () {
    const {process, sandbox} = several(root())
    await makePlans(process().context, requests())
    const reads = sandbox.log.filter(({path}) => path.endsWith('/config-vars')).map(({path}) => path)
    expect(reads.toSorted()).to.deep.equal(Object.keys(held).map(app => `/apps/${app}/config-vars`).toSorted())
    expect(sandbox.log.filter(({path}) => ['/account', '/apps', '/oauth/authorizations', '/pipelines'].includes(path))).to.have.length(4 + names.length)
  })

  it('send the person to one of them, where its token has to be told on stdin', async function () {
    const {process, sandbox} = several(root(), {}, {sharedPrefix: true, switches: {redactSuffix: false}})
    sandbox.world.setConfig('example-app-staging', {HEROKU_API_KEY: sandbox.world.authorization(OPS)?.token ?? ''})
    const error = await errorOf(RotationError, makePlans(process().context, requests()))
    expect(error).to.include({code: 'ROTATE_TWO_VALUES'})
    expect(error.next[0]).to.equal(`Rotate it alone: --description ${APP} --outgoing-token-stdin`)
  })

  it('are told apart where one is refused, and one alone is not named', async function () {
    const {process} = several(root())
    const {context} = process()
    const wrong = requests({consumers: requestOf(['no-such-app']).consumers}, [APP])
    const together = await errorOf(RotationError, makePlans(context, [...requests({}, [OPS]), ...wrong]))
    const alone = await errorOf(RotationError, makePlans(context, wrong))
    expect(alone.happened).to.include('heroku-config:no-such-app: there is no such app')
    expect(together.happened).to.equal(`${APP}: ${alone.happened}`)
    const unnamed = await errorOf(RotationError, makePlans(context, requests({outgoing: {}}, [APP])))
    expect(unnamed).to.include({code: 'ROTATE_WHICH', happened: 'Which authorization? Name one.'})
    expect(unnamed.steps.at(-1), 'the words that were typed, with a name of the account').to.deep.equal({flag: ['--description', 'console-token']})
  })

  it('look once more at whatever none of them writes, once before all of the revokes', async function () {
    const {process, sandbox} = several(root(), {}, {}, [{name: 'example-bystander'}])
    const {failed} = await rotateAll(process().context)
    expect([...failed]).to.deep.equal([])
    expect(sandbox.log.filter(({path}) => path === '/apps/example-bystander/config-vars')).to.have.length(2)
  })

  it('stop at that look where somebody holds several of their tokens, each of those and no other', async function () {
    const {process, sandbox} = several(root(), {}, {}, [{name: 'example-bystander'}])
    const tokens = [APP, OPS].map(name => sandbox.world.authorization(name)?.token)
    const ran = await rotateAll(process().context, requests(), async rotations => {
      const failed = await advance(rotations, {until: 'drain'})
      sandbox.world.setConfig('example-bystander', {URLS: tokens.map(token => `https://:${token}@git.heroku.com`).join(' ')})
      return failed.size > 0 ? failed : advance(rotations)
    })
    for (const name of [APP, OPS]) expect(failureOf(ran, name)?.happened, name).to.include('example-bystander:URLS')
    expect(failureOf(ran, CONSOLE)).to.equal(undefined)
    expect(alive(sandbox)).to.include.members([APP, OPS]).and.not.include(CONSOLE)
  })

  it('plan the calls of that look once', async function () {
    const {process, sandbox} = several(root(), {}, {}, Array.from({length: 40}, (_, index) => ({name: `example-bystander-${index}`})))
    const plans = (await makePlans(process().context, requests())).map(({plan}) => plan)
    const planned = plans.reduce((sum, {calls}) => sum + (calls?.planned ?? 0), 0)
    const before = sandbox.log.length
    const {failed} = await rotateAll(process().context)
    expect([...failed]).to.deep.equal([])
    // Planning reads every app too, and is not in what a plan tells.
    expect(sandbox.log.length - before - 52).to.be.within(planned * 0.75, planned * 1.25)
  })

  it('go wave by wave: what two of them hold goes into the lowest wave, and the plans say so', async function () {
    const {process} = several(root())
    const plans = (await makePlans(process().context, requests())).map(({plan}) => plan)
    const waves = plans.map(({consumers}) => consumers.map(({id, wave}) => `${id.slice('heroku-config:'.length)}@${wave}`))
    expect(waves).to.deep.equal([['example-app-staging@0', 'example-app@1'], ['example-app@1', 'example-console@1'], ['example-console@1', 'example-worker@2']])
    expect(plans.map(({remarks}) => remarks.filter(remark => remark.includes('together')))).to.deep.equal([
      [`heroku-config:example-app: updated together with ${CONSOLE}, in one release`],
      [`heroku-config:example-app: updated together with ${APP}, in one release`, `heroku-config:example-console: updated together with ${OPS}, in one release`],
      [`heroku-config:example-console: moved to wave 1, updated together with ${CONSOLE}, in one release`],
    ])
  })

  it('begin a wave when the one before is healthy everywhere', async function () {
    const {process, sandbox} = several(root(), {'example-app-staging': {crashes: true}})
    const ran = await rotateAll(process().context)
    expect(failureOf(ran, APP)).to.include({code: 'ROTATE_DYNOS_CRASHED', exit: 'incomplete'})
    // The others go on without it: the app that it shares is written for the other one alone.
    expect(ran.failed.size).to.equal(1)
    expect(tokensIn(sandbox)['example-app']).to.deep.equal({CONSOLE_KEY: incoming(CONSOLE), HEROKU_API_KEY: APP})
    const written = (app: string) => sandbox.log.findIndex(({method, path}) => method === 'PATCH' && path === `/apps/${app}/config-vars`)
    const upAgain = sandbox.log.findLastIndex(({path}) => path === '/apps/example-app-staging/dynos')
    expect(written('example-console')).to.be.above(written('example-app-staging'))
    expect(written('example-worker')).to.be.above(written('example-console')).and.above(upAgain)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('fail together where an app that they share does, and leave the others alone', async function () {
    const {process, sandbox} = several(root(), {'example-app': {releasePhase: 'fails', releasePhaseMs: 3000}})
    const ran = await rotateAll(process().context)
    expect(failureOf(ran, APP)).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'incomplete'})
    expect(failureOf(ran, CONSOLE)).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'incomplete'})
    expect(failureOf(ran, OPS)).to.equal(undefined)
    expect(alive(sandbox)).to.include.members([APP, CONSOLE, incoming(OPS)])
    expect(sandbox.world.violations).to.deep.equal([])
    // Each is then resumed or rolled back by itself.
    const {context} = process()
    for (const open of await openJournals(context)) await carryOut(await reopenRotation(context, open, {isAgreed: true}), rollBack)
    expect(alive(sandbox)).to.have.members([APP, CONSOLE, incoming(OPS)])
    expect(await openJournals(context)).to.deep.equal([])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('let one drop out that has made nothing, and close it', async function () {
    const {process, sandbox} = several(root())
    sandbox.faults.armRaw(({body, method}) => (method === 'POST' && body.includes(CONSOLE) ? {body: JSON.stringify({id: 'invalid_params', message: 'no'}), status: 422} : undefined))
    const ran = await rotateAll(process().context)
    expect([...ran.failed.keys()].map(({plan}) => plan.name)).to.deep.equal([CONSOLE])
    expect(failureOf(ran, CONSOLE)).to.include({code: 'ROTATE_CREATE', exit: 'failed'})
    expect(await openJournals(process().context)).to.deep.equal([])
    expect(alive(sandbox)).to.have.members([incoming(APP), CONSOLE, incoming(OPS)])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('are all open when interrupted', async function () {
    const {clock, process, sandbox} = several(root(), {'example-app-staging': {restartMs: 20_000}})
    const {context, interrupt} = process()
    const running = rotateAll(context)
    await clock.sleep(5000)
    interrupt()
    const {failed} = await running
    expect([...failed.values()].map(({exit}) => exit)).to.deep.equal(names.map(() => 'interrupted'))
    const resumed = await resumeAll(process().context)
    expect([...resumed.failed]).to.deep.equal([])
    expect(released(sandbox)).to.deep.equal(once)
  })

  describe('of which one is of the token that they run as', function () {
    const asOwn = (sandbox: Sandbox, name: string = OPS) => ({session: sandbox.world.authorization(name)?.token ?? ''})
    const revoked = (sandbox: Sandbox) => sandbox.log.filter(({method}) => method === 'DELETE').map(({path}) => path.split('/').at(-1))
    const idOf = (sandbox: Sandbox, name: string) => sandbox.world.authorization(name)?.id

    it('revoke that one when the others have ended', async function () {
      const {process, sandbox} = several(root())
      const own = idOf(sandbox, APP)
      const {failed} = await rotateAll(process(asOwn(sandbox, APP)).context)
      expect([...failed]).to.deep.equal([])
      expect(revoked(sandbox)).to.have.length(3)
      expect(revoked(sandbox).at(-1)).to.equal(own)
      const last = sandbox.log.findIndex(({method, path}) => method === 'DELETE' && path.endsWith(own ?? ''))
      expect(sandbox.log.slice(0, last).filter(({method, path}) => method === 'PATCH' && path.startsWith('/oauth')), 'marks that are off before').to.have.length(2)
      expect(alive(sandbox)).to.have.members(names.map(name => incoming(name)))
    })

    it('leave that one open while another one is, and end it with that one', async function () {
      const {process, sandbox} = several(root())
      const session = asOwn(sandbox)
      const own = idOf(sandbox, OPS)
      const {context} = process(session)
      const opened = await openAll(context, await makePlans(context, requests()))
      const armed = sandbox.faults.arm({kind: '503', match: {method: 'GET', path: '/apps/example-app-staging/dynos'}, times: Infinity})
      const ran = await carryOutAll(opened)
      armed.disarm()
      expect(failureOf(ran, APP)).to.include({code: 'ROTATE_PLATFORM', exit: 'incomplete'})
      expect(failureOf(ran, CONSOLE)).to.equal(undefined)
      expect(failureOf(ran, OPS)).to.include({code: 'ROTATE_NOT_LAST', exit: 'incomplete'})
      expect(failureOf(ran, OPS)?.happened).to.include(`${APP} is still open`)
      expect(failureOf(ran, OPS)?.next[0]).to.equal('heroku authorizations:rotate:resume --all')
      expect(revoked(sandbox)).to.not.include(own)
      const resumed = await resumeAll(process(session).context)
      expect([...resumed.failed]).to.deep.equal([])
      expect(revoked(sandbox).at(-1)).to.equal(own)
      expect(alive(sandbox)).to.have.members(names.map(name => incoming(name)))
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('end that one too where the one that failed was rolled back', async function () {
      const {process, sandbox} = several(root(), {'example-app-staging': {releasePhase: 'fails', releasePhaseMs: 3000}})
      const ran = await rotateAll(process(asOwn(sandbox)).context, requests(), rotations => advance(rotations, {onFailure: rescue}))
      expect([...ran.failed.values()].map(({code, exit}) => [code, exit])).to.deep.equal([['ROTATE_RELEASE_FAILED', 'failed']])
      expect(alive(sandbox)).to.have.members([APP, incoming(CONSOLE), incoming(OPS)])
      expect(sandbox.world.violations).to.deep.equal([])
    })
  })

  describe('are refused, and nothing is changed,', function () {
    const refusal = async (wanted: Request[]) => {
      const {process, sandbox} = several(root())
      const error = await errorOf(RotationError, rotateAll(process().context, wanted))
      expect(changes(sandbox)).to.deep.equal([])
      expect(await openJournals(process().context)).to.deep.equal([])
      return error
    }

    it('where two of them name one key', async function () {
      const [first] = requests()
      const twice = requestOf(['example-app:HEROKU_API_KEY,CONSOLE_KEY'], {outgoing: {description: CONSOLE}})
      const error = await refusal([first, twice].filter(request => request !== undefined))
      expect(error).to.include({code: 'ROTATE_TWICE', exit: 'usage'})
      expect(error.happened).to.equal(`${APP} and ${CONSOLE} both name HEROKU_API_KEY of heroku-config:example-app, and one run gives each place one token.`)
    })

    it('where one of them names a key that the other one finds by itself', async function () {
      const finding = requestOf([], {looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'find'}, outgoing: {description: APP}})
      const naming = requestOf(['example-app:HEROKU_API_KEY,CONSOLE_KEY'], {looking: {...finding.looking, mode: 'skip'}, outgoing: {description: CONSOLE}})
      const error = await refusal([finding, naming])
      expect(error).to.include({code: 'ROTATE_TWICE', exit: 'usage'})
      expect(error.happened).to.include(`${APP} and ${CONSOLE} both name HEROKU_API_KEY of heroku-config:example-app`)
    })

    it('where one cannot be planned, which is named', async function () {
      const [first, , third] = requests()
      const incomplete = requestOf(['example-console'], {outgoing: {description: CONSOLE}})
      const error = await refusal([first, incomplete, third].filter(request => request !== undefined))
      expect(error.code).to.equal('ROTATE_STRAGGLERS')
      expect(error.happened).to.match(/^console-token: 1 more place .*example-app:CONSOLE_KEY\.$/)
    })

    it('where one is in flight already', async function () {
      const {process, sandbox} = several(root())
      const {context} = process()
      const {failed} = await rotateAll(context, requests({}, [CONSOLE]), rotations => advance(rotations, {until: 'create'}))
      expect(failed.size).to.equal(0)
      const before = changes(sandbox)
      const error = await errorOf(RotationError, rotateAll(process().context))
      expect(error.code).to.equal('ROTATE_IN_FLIGHT')
      expect(error.next[0]).to.match(/^heroku authorizations:rotate:resume --rotation \w+$/)
      expect(changes(sandbox)).to.deep.equal(before)
    })

    it('where one was started while they were planned: those that were opened are closed', async function () {
      const {process, sandbox} = several(root())
      const {context} = process()
      const planned = await makePlans(context, requests())
      await rotateAll(process().context, requests({}, [OPS]), rotations => advance(rotations, {until: 'create'}))
      const before = changes(sandbox)
      expect(await errorOf(RotationError, openAll(context, planned))).to.have.property('code', 'ROTATE_IN_FLIGHT')
      expect((await openJournals(process().context)).map(({plan}) => plan.name)).to.deep.equal([OPS])
      expect(changes(sandbox)).to.deep.equal(before)
    })
  })

  it('end where an earlier process was killed, all of them together', async function () {
    const {process, sandbox} = several(root())
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-app/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotateAll(dying.context))
    const {failed, rotations} = await resumeAll(process().context)
    expect([...failed]).to.deep.equal([])
    expect(rotations).to.have.length(3)
    expect(released(sandbox)).to.deep.equal(once)
    expect(tokensIn(sandbox)).to.deep.equal(rotated)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('end where an earlier process was killed, each by itself', async function () {
    const {process, sandbox} = several(root())
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-app/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotateAll(dying.context))
    const {context} = process()
    for (const open of await openJournals(context)) await carryOut(await reopenRotation(context, open, {isAgreed: true}), goOn)
    expect(tokensIn(sandbox)).to.deep.equal(rotated)
    expect(released(sandbox)['example-app']).to.equal(1)
    expect(alive(sandbox)).to.have.members(names.map(name => incoming(name)))
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
