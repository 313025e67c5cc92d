import pLimit from 'p-limit'
import type {Rotation} from '../rotation.js'
import {nothingStillRuns, type StillRunning} from '../../consumers/adapter.js'
import {RotationError, toResume} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {withinReach} from '../delivery/reach.js'

type StillRunningAt = StillRunning & {apps: readonly string[]; id: string}

/** Waits until no process runs with the token that was replaced: dynos in the grace after SIGTERM, old dynos under preboot, one-off dynos. */
export async function drain(rotation: Rotation): Promise<string> {
  const {plan, state} = rotation
  if (state.consumers.size === 0) return 'nothing was written'
  if (plan.drain === 0 && plan.ignoreOneOff) return 'skipped (--drain 0 --ignore-one-off)'
  const processes = await stillRunning(rotation)
  const parts = [await graceIsOver(rotation, processes), await lastOnesEnd(rotation, processes)]
  return parts.filter(Boolean).join(', ') || 'nothing was restarted'
}

async function graceIsOver({context, plan, state}: Rotation, processes: readonly StillRunningAt[]): Promise<string> {
  if (state.lastRestartAt === null) return ''
  if (plan.drain === 0) return 'old dynos not waited for (--drain 0)'
  const seconds = plan.drain ?? Math.max(0, ...processes.map(({grace}) => grace))
  const wait = state.lastRestartAt + seconds * 1000 - context.clock.now()
  if (wait > 0) {
    const preboot = plan.drain === null ? processes.filter(({grace, isAssumed = false}) => grace > 30 && !isAssumed).flatMap(({apps}) => apps) : []
    const unasked = plan.drain === null && processes.some(({isAssumed = false}) => isAssumed) ? ', or that preboot may keep running unseen' : ''
    const whose = preboot.length > 0 ? `that preboot keeps running unseen (${preboot.join(', ')})` : `that were told to stop${unasked}`
    context.report({text: `waiting ${Math.ceil(wait / 1000)} s for old dynos ${whose}`, type: 'note'})
    await context.clock.sleep(wait, context.signal)
  }

  return `${seconds} s since the last restart`
}

/** Waits for processes that nobody stops, such as one-off dynos. New ones start with the current release, so the list only gets shorter. */
async function lastOnesEnd(rotation: Rotation, processes: readonly StillRunningAt[]): Promise<string> {
  const {context, plan} = rotation
  let left = processes.filter(({running}) => running.length > 0)
  if (left.length === 0) return ''
  const named = () => left.flatMap(({running}) => running).join(', ')
  if (plan.ignoreOneOff) return `not waited for: ${named()} (--ignore-one-off)`
  const first = named()
  context.report({text: `waiting up to ${plan.drainTimeout} s for ${first}, which still run with the other token`, type: 'note'})
  const ended = await poll({clock: context.clock, signal: context.signal, timeoutMs: plan.drainTimeout * 1000}, async () => {
    for (const {id} of left) rotation.stillRunning.delete(id)
    left = (await stillRunning(rotation, left)).filter(({running}) => running.length > 0)
    return left.length === 0 ? true : undefined
  })
  if (ended) return `${first} ended`
  throw new RotationError('ROTATE_STILL_RUNNING', `After ${plan.drainTimeout} seconds these still run with the other token: ${named()}.`, {
    next: [...left.flatMap(({look = []}) => look), toResume(rotation.id), toResume(rotation.id, '--ignore-one-off')],
  })
}

/** A consumer that this process saw take its value up is not asked again. */
async function stillRunning(rotation: Rotation, among: null | readonly StillRunningAt[] = null): Promise<StillRunningAt[]> {
  const limit = pLimit(rotation.plan.concurrency)
  const {consumers} = rotation.state
  const touched = rotation.everyone.filter(({planned: {id}}) => consumers.has(id) && (among === null || among.some(one => one.id === id)))
  return Promise.all(
    touched.map(({consumer, planned}) =>
      limit(async () => ({
        apps: consumer.apps,
        id: planned.id,
        ...(rotation.stillRunning.get(planned.id)
          ?? (await withinReach([{bound: {consumer, planned}, rotation}], nothingStillRuns, () =>
            consumer.stillRunning(consumers.get(planned.id) ?? {at: 0, release: null}, rotation.access(planned))))),
      })),
    ),
  )
}
