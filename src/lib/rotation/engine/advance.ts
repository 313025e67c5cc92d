import type {Rotation} from '../rotation.js'
import {RotationError, toResume} from '../../errors.js'
import {refuseDead} from '../incoming/dead.js'
import {inPlacePhases, type Phase, type PhaseName, phases, phasesOf} from '../phases.js'
import {explain} from '../report/explain.js'
import {isFinished} from '../state/state.js'
import {close, type Failed, giveUp} from './close.js'
import {reopen} from './reopen.js'
import {rollBack} from './roll-back.js'
import {refuseBeforeOthers} from './session-last.js'
import {begin} from './step.js'
import {takeUp} from './take-up.js'

type Options = {
  /** Called for each failed rotation while the session still works; may roll the rotation back. */
  onFailure?: (rotation: Rotation, error: RotationError) => Promise<RotationError>
  until?: PhaseName
}

/**
 * Runs the phases that have no outcome yet, phase by phase, for all rotations at the same time. A rotation that fails
 * drops out. A failed rotation that has made nothing is closed; any other stays open. The rotation whose outgoing token
 * is the session pivots last, because the others need the session.
 */
export async function advance(rotations: readonly Rotation[], {onFailure, until = 'finish'}: Options = {}): Promise<Failed> {
  const failed: Failed = new Map()
  const attempt: Attempt = async (some, work) => {
    const going = some.filter(rotation => !failed.has(rotation))
    await Promise.all(going.map(async rotation => work(rotation).catch(async (error: unknown) => failed.set(rotation, await giveUp(rotation, error)))))
  }

  const complete = async (some: readonly Rotation[], rest: readonly Phase[]) => {
    for (const phase of rest) await runPhase(phase, some, attempt)
    if (until === 'finish') await attempt(some, rotation => close(rotation, 'completed'))
  }

  await attempt(rotations, prepare)
  await complete(rotations.filter(({plan}) => plan.inPlace), through(inPlacePhases, until))
  const selection = through(phases, until)
  const pivot = phases.findIndex(({kind}) => kind === 'pivot')
  const inTurn = rotations.filter(({plan}) => !plan.inPlace)
  for (const phase of selection.slice(0, pivot)) await runPhase(phase, inTurn, attempt)
  const last = inTurn.filter(({plan}) => plan.sessionIsOutgoing)
  await complete(inTurn.filter(rotation => !last.includes(rotation)), selection.slice(pivot))
  if (onFailure) for (const [rotation, error] of failed) failed.set(rotation, await onFailure(rotation, error).catch((error_: unknown) => explain(error_, rotation)))
  if (selection.length > pivot) await attempt(last, refuseBeforeOthers)
  await complete(last, selection.slice(pivot))
  return new Map([...failed].toSorted(([a], [b]) => rotations.indexOf(a) - rotations.indexOf(b)))
}

/** Reads everything and asks the probes each time it is called, whatever the journal says. */
export async function verifyAgain(rotations: readonly Rotation[], options: Options): Promise<Failed> {
  for (const rotation of rotations) await reopen(rotation, ['verify'], {code: 'ROTATE_ASKED', message: 'asked for once more'})
  return advance(rotations, {...options, until: 'verify'})
}

/** Goes on with interrupted rotations, each in the direction it was going; the rollbacks go first. */
export async function goOn(rotations: readonly Rotation[], options: Options = {}): Promise<Failed> {
  const back = rotations.filter(({state}) => state.direction === 'back')
  const failed = await rollBack(back)
  const forward = await advance(rotations.filter(rotation => !back.includes(rotation)), options)
  return new Map([...failed, ...forward])
}

const through = (table: readonly Phase[], until: PhaseName) => table.slice(0, 1 + table.findIndex(({name}) => name === until))

type Attempt = (some: readonly Rotation[], work: (rotation: Rotation) => Promise<void>) => Promise<void>

async function runPhase({name, run}: Phase, rotations: readonly Rotation[], attempt: Attempt): Promise<void> {
  const begun = new Map<Rotation, Awaited<ReturnType<typeof begin>>>()
  await attempt(rotations.filter(({state}) => !isFinished(state, name)), async rotation => {
    begun.set(rotation, await begin(rotation, name))
  })
  const work = run([...begun.keys()])
  await attempt([...begun.keys()], async rotation => begun.get(rotation)?.(work.get(rotation) ?? Promise.reject(new TypeError(`${name} left a rotation out`))))
}

/** When every phase is finished only the closing is left: it asks nobody, and the sealed tokens may be gone already. */
async function prepare(rotation: Rotation): Promise<void> {
  // An earlier run may have tried the incoming token a while ago.
  rotation.trial = null
  if (rotation.state.direction === 'back') {
    throw new RotationError('ROTATE_GOING_BACK', 'This rotation cannot go forward any more.', {next: toResume(rotation.id)})
  }

  const isOpen = (name: PhaseName) => !isFinished(rotation.state, name)
  if (!phasesOf(rotation.plan).some(({name}) => isOpen(name))) return
  await takeUp(rotation)
  if (rotation.survey === null && !isOpen('create') && isOpen('fanout')) await refuseDead(rotation)
}
