import {expect} from 'chai'
import {join} from 'node:path'

import type {AppSpec, LogMood, SandboxOptions, Switches} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app'])
const inTwoWaves = requestOf(['example-app@0', 'example-console'])
const quick = {restartMs: 3000, sigtermMs: 1000}

describe('drain by evidence', function () {
  const folder = tempRoot()
  let worlds = 0
  const root = () => join(folder(), String(worlds++))
  const logSessions = ({log}: ReturnType<typeof scene>['sandbox']) => log.filter(({path}) => path.endsWith('/log-sessions'))

  async function drained(apps: AppSpec[], wanted = request, switches: Partial<Switches> = {}, options: SandboxOptions = {}) {
    const {clock, process, sandbox} = scene(root(), apps, {...options, switches})
    const {context, told} = process()
    const began = clock.now()
    const rotation = await rotate(context, wanted)
    const {state} = rotation
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    expect(sandbox.world.violations).to.deep.equal([])
    return {
      calls: context.api.calls,
      hows: [...state.drained.values()].map(({seenAt}) => (seenAt === null ? 'waited' : 'seen')),
      result: resultOf(rotation.plan, state, 0, null),
      sandbox,
      seconds: state.phases.get('drain')?.seconds ?? 0,
      since: (clock.now() - began) / 1000,
      state,
      told: told(),
    }
  }

  it('ends as soon as the old dynos of every app have ended', async function () {
    const {hows, seconds, since, told} = await drained([holder('example-app', quick), holder('example-console', quick)], inTwoWaves, {}, {latencyMs: 100})
    expect(hows).to.deep.equal(['seen', 'seen'])
    expect(seconds).to.be.below(3)
    expect(since).to.be.below(12)
    expect(told).to.match(/2 apps: old dynos ended [12] s after the release/)
  })

  it('waits for the one old dyno that takes its time, to the second', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', quick), holder('example-console', {...quick, sigtermMs: 12_000})])
    const {context, told} = process()
    const rotation = await begin(context, inTwoWaves)
    await carryOut(rotation, () => advance(rotation, 'drain'))
    const release = sandbox.world.app('example-console').currentRelease.createdAt
    expect(clock.now() - release).to.be.within(12_000, 12_500)
    expect(rotation.state.drained.get('heroku-config:example-console')?.seenAt).to.equal(new Date(release + 12_000).toISOString())
    expect(told()).to.match(/waiting for old dynos of example-console to stop/)
  })

  it('is told in the journal and in the result, for each app', async function () {
    const {result, state} = await drained([holder('example-app', quick), holder('example-console', {...quick, dynoSize: 'Private-S'})], inTwoWaves)
    expect([...state.drained.values()].map(({id, seenAt, seconds}) => [id, seenAt !== null, seconds])).to.deep.equal([
      ['heroku-config:example-console', false, 30],
      ['heroku-config:example-app', true, 1],
    ])
    expect(result.consumers.map(({drained: how}) => how && Object.keys(how))).to.deep.equal([['seen'], ['waited']])
  })

  it('names both where some were seen and others waited for', async function () {
    const {seconds, told} = await drained([holder('example-app', quick), holder('example-console', {...quick, generation: 'fir'})], inTwoWaves)
    expect(seconds).to.be.within(29, 30)
    expect(told).to.include('1 app: old dynos ended 1 s after the release; 1 app: 30 s since the last restart')
  })

  it('tells of one wait once, also where it comes to be in doubt', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {...quick, sigtermMs: 20_000})])
    const {context, told} = process()
    const rotating = rotate(context, request)
    while (!told().includes('waiting for old dynos')) await clock.sleep(500)
    sandbox.world.setConfig('example-app', {UNRELATED: 'deployed'})
    const {state} = await rotating
    expect(state.drained.get('heroku-config:example-app')).to.deep.include({seconds: 30, seenAt: null})
    expect(told().match(/waiting for old dynos/g)).to.have.length(1)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  describe('with preboot', function () {
    const preboot = {...quick, preboot: true}

    it('waits for the end that comes minutes later', async function () {
      const {hows, seconds} = await drained([holder('example-app', preboot)])
      expect(hows).to.deep.equal(['seen'])
      expect(seconds).to.be.within(178, 181)
    })

    it('waits for the slowest of its dynos, and of its workers that have none', async function () {
      const {hows, seconds} = await drained([holder('example-app', {...preboot, dynos: {web: 2, worker: 1}, prebootMs: 190_000, sigtermMs: 5000})])
      expect(hows).to.deep.equal(['seen'])
      expect(seconds).to.be.within(191, 194)
    })

    it('waits as long as before where nothing is seen', async function () {
      const {hows, seconds, told} = await drained([holder('example-app', preboot)], request, {logMood: 'silent'})
      expect(hows).to.deep.equal(['waited'])
      expect(seconds).to.be.within(209, 210)
      expect(told).to.include('waiting for old dynos that preboot keeps running (example-app)').and.to.include('210 s since the last restart')
    })

    it('is found by an end that comes 30 s after the restart, not by its own', async function () {
      const {hows, seconds} = await drained([holder('example-app', {...preboot, prebootMs: 100_000})])
      expect(hows).to.deep.equal(['seen'])
      expect(seconds).to.be.within(97, 101)
    })
  })

  describe('whatever becomes of the log', function () {
    const moods: [mood: LogMood, how: 'either' | 'seen' | 'waited', least: number, most: number][] = [
      ['whole', 'seen', 0, 3], ['doubled', 'seen', 0, 3], ['shuffled', 'seen', 0, 3], ['late', 'seen', 0, 5],
      ['silent', 'waited', 29, 30], ['refused', 'waited', 29, 30], ['gone', 'waited', 29, 30], ['gappy', 'waited', 29, 30],
      ['broken', 'either', 0, 30], ['lossy', 'either', 0, 30],
    ]
    for (const [mood, how, least, most] of moods) {
      for (const logFormat of ['plain', 'sse'] as const) {
        it(`is right: ${mood}, ${logFormat}`, async function () {
          for (const sigtermMs of how === 'either' ? [0, 1000, 7000, 30_000] : [1000]) {
            const {hows, seconds} = await drained([holder('example-app', {...quick, dynos: {web: 2, worker: 1}, sigtermMs})], request, {logFormat, logMood: mood})
            if (how !== 'either') expect(hows).to.deep.equal([how])
            expect(seconds).to.be.within(least, most)
          }
        })
      }
    }
  })

  it('waits with --drain for so long where nothing is seen, and not where it is', async function () {
    const wanted = requestOf(['example-app'], {drain: 45})
    expect((await drained([holder('example-app', quick)], wanted)).seconds).to.be.below(3)
    expect((await drained([holder('example-app', quick)], wanted, {logMood: 'silent'})).seconds).to.be.within(44, 45)
    // Killed after 40 s: any other exit than that of SIGTERM is confirmed by the list of dynos.
    const {hows, seconds} = await drained([holder('example-app', {...quick, sigtermMs: 40_000})], wanted)
    expect(hows).to.deep.equal(['seen'])
    expect(seconds).to.be.within(37, 40)
  })

  it('opens no log where nobody waits: with --drain 0, in place, and of an app that is not written', async function () {
    const never = holder('example-app', {...quick, sigtermMs: 0})
    expect(logSessions((await drained([never], requestOf(['example-app'], {drain: 0}))).sandbox)).to.deep.equal([])
    const {process, sandbox} = scene(root(), [never])
    await rotate(process().context, requestOf(['example-app'], {inPlace: true})).catch(() => {})
    expect(logSessions(sandbox)).to.deep.equal([])
  })

  it('opens one log for each app, of what the platform says, and shows its host no token', async function () {
    const {sandbox} = await drained([holder('example-app', quick), holder('example-console', quick)], inTwoWaves)
    expect(logSessions(sandbox).map(({path}) => path)).to.deep.equal(['/apps/example-app/log-sessions', '/apps/example-console/log-sessions'])
    expect(sandbox.logStreams).to.deep.equal([{accept: 'text/event-stream'}, {accept: 'text/event-stream'}])
    const opened = sandbox.log.findIndex(({path}) => path.endsWith('/log-sessions'))
    expect(opened).to.be.below(sandbox.log.findIndex(({method, path}) => method === 'PATCH' && path === '/apps/example-app/config-vars'))
  })

  it('costs one call more for each app than without a log', async function () {
    const apps = () => [holder('example-app', quick), holder('example-console', quick)]
    const wanted = {...inTwoWaves, looking: {...inTwoWaves.looking, mode: 'skip' as const}}
    const [seen, blind] = [await drained(apps(), wanted), await drained(apps().map(app => ({...app, generation: 'fir' as const})), wanted)]
    // Two are tried in vain where no log can be read.
    expect(seen.calls - (blind.calls - 4)).to.equal(2)
  })

  for (const address of ['http://logs.example.com/streams/1', 'ftp://127.0.0.1/1', 'not an address', '']) {
    it(`reads nothing from ${address || 'an empty address'}`, async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', quick)])
      sandbox.faults.armRaw(({path}) => (path.endsWith('/log-sessions') ? {body: JSON.stringify({logplex_url: address}), status: 201} : undefined))
      const {state} = await rotate(process().context, request)
      expect(sandbox.logStreams).to.deep.equal([])
      expect(state.drained.get('heroku-config:example-app')).to.deep.include({seconds: 30, seenAt: null})
    })
  }

  it('waits where somebody has released shortly before: two generations of old dynos have the same names', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {...quick, sigtermMs: 25_000})])
    sandbox.world.setConfig('example-app', {UNRELATED: 'deployed'})
    await clock.sleep(5000)
    const {state} = await rotate(process().context, request)
    expect(state.drained.get('heroku-config:example-app')).to.deep.include({seconds: 30, seenAt: null})
    expect(sandbox.world.violations).to.deep.equal([])
  })

  for (const [title, method] of [['before our release', 'PATCH'], ['after it', 'GET']] as const) {
    it(`waits where somebody releases right ${title}`, async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', {...quick, sigtermMs: 20_000})])
      let isDone = false
      sandbox.faults.armRaw(({method: asked, path}) => {
        const isNow = asked === method && (method === 'PATCH' ? path.endsWith('/config-vars') : path.endsWith('/releases'))
        if (isNow && !isDone) {
          isDone = true
          sandbox.world.setConfig('example-app', {UNRELATED: 'deployed'})
        }

        return undefined
      })
      const {state} = await rotate(process().context, request)
      expect(isDone).to.equal(true)
      expect(state.drained.get('heroku-config:example-app')).to.deep.include({seconds: 30, seenAt: null})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('waits where a dyno has restarted during our release phase: the one after it has the old token too, and its lines are late', async function () {
    const app = holder('example-app', {releasePhaseMs: 20_000, restartMs: 1000, sigtermMs: 6000})
    const {clock, process, sandbox} = scene(root(), [app], {switches: {logMood: 'late'}})
    const rotating = rotate(process().context, request)
    while (!sandbox.world.app('example-app').hasPendingRelease) await clock.sleep(100)
    await clock.sleep(12_000)
    const {dynos} = sandbox.world.app('example-app')
    sandbox.world.app('example-app').restart(dynos)
    const {state} = await rotating
    expect(sandbox.world.violations).to.deep.equal([])
    expect(state.drained.get('heroku-config:example-app')).to.deep.include({seconds: 30, seenAt: null})
  })

  it('waits in a process that goes on after a kill: it has seen nothing', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {...quick, sigtermMs: 20_000})])
    const dying = process()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-app/config-vars'}})
    await killed(sandbox, dying, rotate(dying.context, request))
    const {state} = await resume(process().context)
    expect(state.drained.get('heroku-config:example-app')?.seenAt).to.equal(null)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  for (const pause of [0, 600_000]) {
    it(`drains in a rollback ${pause / 1000} s later too, before the new authorization goes`, async function () {
      const {clock, process, sandbox} = scene(root(), [holder('example-app', {...quick, sigtermMs: 20_000})])
      const rotation = await begin(process().context, request)
      await advance(rotation, 'verify')
      await clock.sleep(pause)
      await carryOut(rotation, rollBack)
      expect(sandbox.world.violations).to.deep.equal([])
      expect(rotation.state.drained.get('heroku-config:example-app')?.seenAt === null).to.equal(pause === 0)
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    })
  }

  it('ends its wait, and the log, when interrupted', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {...quick, preboot: true})])
    const {context, interrupt} = process()
    const rotation = await begin(context, request)
    await advance(rotation, 'verify')
    const failing = errorOf(RotationError, carryOut(rotation))
    await clock.sleep(50_000)
    interrupt()
    expect(await failing).to.include({code: 'ROTATE_INTERRUPTED', exit: 'interrupted'})
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })
})
