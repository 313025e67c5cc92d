import type {Rotation} from '../rotation.js'
import {nothingStillRuns, type Seen, type StillRunning, type Watch} from '../../consumers/adapter.js'
import {RotationError, toResume} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {atMost} from '../../system/at-most.js'
import {count, listed} from '../../text/count.js'
import {withinReach} from '../delivery/reach.js'
import {allEnded} from '../engine/step.js'

type StillRunningAt = StillRunning & {apps: readonly string[]; id: string}

/** Waits until no process runs with the token that was replaced: old dynos until the log shows their end, or else as long as they may run, and one-off dynos. */
export async function drain(rotation: Rotation): Promise<string> {
  const {plan, state} = rotation
  if (state.consumers.size === 0) return 'nothing was updated'
  if (plan.drain === 0 && plan.ignoreOneOff) return 'skipped (--drain 0 --ignore-one-off)'
  const processes = await stillRunning(rotation)
  const parts = [await oldOnesEnd(rotation, processes), await lastOnesEnd(rotation, processes)]
  return parts.filter(Boolean).join(', ') || 'nothing was restarted'
}

/** How the old processes of an app ended: they were seen to, or the seconds were over in which they may run. */
type Drained = {end: null | Seen; seconds: number}

async function oldOnesEnd(rotation: Rotation, processes: readonly StillRunningAt[]): Promise<string> {
  const {context: {clock}, plan, state} = rotation
  if (state.lastRestartAt === null) return ''
  const lastRestartAt = clock.now() - rotation.passedSince(state.lastRestartAt)
  if (plan.drain === 0) return 'old dynos not waited for (--drain 0)'
  const watched = processes.filter(({watch}) => watch)
  // What is no app has nothing running, so beside watched apps it is not waited for.
  const timed = processes.filter(({apps, watch}) => !watch && (apps.length > 0 || watched.length === 0))
  await tellOfWatch(rotation, watched, lastRestartAt)
  const [{seconds}, drained] = await allEnded([
    timed.length > 0 ? graceIsOver(rotation, timed, lastRestartAt) : {seconds: 0},
    allEnded(watched.map(async one => [one, await watchedEnd(rotation, one, lastRestartAt)] as const)),
  ])
  const ends = [...timed.filter(({apps}) => apps.length > 0).map((one): [StillRunningAt, Drained] => [one, {end: null, seconds: plan.drain ?? one.grace}]), ...drained]
  for (const [{id}, {end, seconds: waited}] of ends) {
    await rotation.record({id, seconds: end?.seconds ?? waited, seenAt: end && new Date(end.at).toISOString(), type: 'drained'})
  }

  return outcomeText(ends.map(([, {end}]) => end), Math.max(seconds, ...drained.map(([, one]) => (one.end ? 0 : one.seconds))))
}

async function tellOfWatch({context, plan}: Rotation, watched: readonly StillRunningAt[], since: number): Promise<void> {
  const seen = await Promise.all(watched.map(async ({watch}) => watch?.ended(0)))
  const left = watched.filter((_, index) => !seen[index])
  const until = since + Math.max(0, ...left.map(({grace}) => plan.drain ?? grace)) * 1000
  if (until > context.clock.now()) context.report({text: `waiting for old dynos of ${listed(left.flatMap(({apps}) => apps), 3)} to stop`, type: 'wait', until})
}

/** Watches for the shortest grace, and where the end is not seen, waits as if nobody had watched. */
async function watchedEnd(rotation: Rotation, one: StillRunningAt, since: number): Promise<Drained> {
  const {plan} = rotation
  const {grace, id, watch} = one
  const least = plan.drain ?? grace
  const seen = await watch?.ended(since + least * 1000)
  if (seen) return {end: seen, seconds: least}
  rotation.stillRunning.delete(id)
  const [asked = one] = plan.drain === null ? await stillRunning(rotation, [one]) : []
  return graceIsOver(rotation, [asked], since, {told: least, watch})
}

/** Waits until the seconds are over in which the processes may run, or until `watch` has seen their end. `told` is the wait that is on the screen already. */
async function graceIsOver({context, plan}: Rotation, processes: readonly StillRunningAt[], since: number, {told = 0, watch}: {told?: number; watch?: Watch | undefined} = {}): Promise<Drained> {
  const seconds = plan.drain ?? Math.max(0, ...processes.map(({grace}) => grace))
  const until = since + seconds * 1000
  if (until > context.clock.now() && seconds > told) {
    const preboot = plan.drain === null ? processes.filter(({grace, isAssumed = false}) => grace > 30 && !isAssumed).flatMap(({apps}) => apps) : []
    const unasked = plan.drain === null && processes.some(({isAssumed = false}) => isAssumed) ? ', which preboot may keep running' : ''
    const whose = preboot.length > 0 ? `that preboot keeps running (${preboot.join(', ')})` : `to stop${unasked}`
    context.report({text: `waiting for old dynos ${whose}`, type: 'wait', until})
  }

  const end = (await watch?.ended(until)) ?? null
  const left = until - context.clock.now()
  if (!end && left > 0) await context.clock.sleep(left, context.signal)
  return {end, seconds}
}

function outcomeText(ends: readonly (null | Seen)[], waited: number): string {
  const seen = ends.flatMap(end => end ?? [])
  const timer = `${waited} s since the last restart`
  if (seen.length === 0) return timer
  // Heroku tells the time of a release in whole seconds, cut off.
  const last = `${count(seen.length, 'app')}: old dynos ended ${Math.floor(Math.max(...seen.map(({seconds}) => seconds)))} s after the release`
  return seen.length === ends.length ? last : `${last}; ${count(ends.length - seen.length, 'app')}: ${timer}`
}

/** Waits for processes that nobody stops, such as one-off dynos. New ones start with the current release, so the list only gets shorter. */
async function lastOnesEnd(rotation: Rotation, processes: readonly StillRunningAt[]): Promise<string> {
  const {context, plan} = rotation
  let left = processes.filter(({running}) => running.length > 0)
  if (left.length === 0) return ''
  const named = () => left.flatMap(({running}) => running).join(', ')
  if (plan.ignoreOneOff) return `not waited for: ${named()} (--ignore-one-off)`
  const first = named()
  context.report({text: `waiting for ${first} to end: they still use ${oldOf(rotation)} token`, type: 'wait', until: context.clock.now() + plan.drainTimeout * 1000})
  const ended = await poll({clock: context.clock, signal: context.signal, timeoutMs: plan.drainTimeout * 1000}, async () => {
    for (const {id} of left) rotation.stillRunning.delete(id)
    left = (await stillRunning(rotation, left)).filter(({running}) => running.length > 0)
    return left.length === 0 ? true : undefined
  })
  if (ended) return `${first} ended`
  throw new RotationError('ROTATE_STILL_RUNNING', `After ${plan.drainTimeout} seconds these still use ${oldOf(rotation)} token: ${named()}.`, {
    next: [...left.flatMap(({look = []}) => look), toResume(rotation.id), toResume(rotation.id, '--ignore-one-off')],
  })
}

const oldOf = ({state}: Rotation) => (state.direction === 'back' ? 'the new' : 'the old')

/** A consumer that this process saw take its value up is not asked again. */
async function stillRunning(rotation: Rotation, among: null | readonly StillRunningAt[] = null): Promise<StillRunningAt[]> {
  const {consumers} = rotation.state
  const touched = rotation.everyone.filter(({planned: {id}}) => consumers.has(id) && (among === null || among.some(one => one.id === id)))
  return atMost(rotation.plan.concurrency, touched, async bound => ({
    apps: bound.consumer.apps,
    id: bound.planned.id,
    ...(rotation.stillRunning.get(bound.planned.id)
      ?? (await withinReach([bound], nothingStillRuns, () =>
        bound.consumer.stillRunning(consumers.get(bound.planned.id) ?? {at: 0, release: null}, rotation.access(bound.planned))))),
  }))
}
