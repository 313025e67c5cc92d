import type {Phase, Step} from '../phase.js'
import type {Rotation} from '../rotation.js'
import type {Outcome} from '../state/records.js'

import {RotationError} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {refuseWithoutWayBack} from '../guards/way-back.js'
import {inPlacePhases, type PhaseName, phases, phasesOf, pivot} from '../phases.js'
import {sweepLate} from '../phases/create.js'
import {writeEvidence} from '../report/evidence.js'
import {explain, isOver, toRotationError} from '../report/explain.js'
import {madeNothing} from '../report/situation.js'
import {recoverTokens} from './recover-tokens.js'
import {othersThatNeedSession} from './session-last.js'
import {startOverWhereDead} from './start-over.js'
import {turnForward} from './turn.js'

/**
 * Runs the phases that the journal has no outcome for, up to and with `until`.
 *
 * Fails with an error that says which token works where; a rotation that has made nothing is closed by
 * its failure, any other stays open and can be resumed or rolled back.
 */
export async function advance(rotation: Rotation, until: PhaseName = 'finish'): Promise<void> {
  const error = (await advanceAll([rotation], {until})).get(rotation)
  if (error) throw error
}

type Run = {
  /** The last chance of one that has failed, before the session is given up: may roll it back. */
  mend?: (rotation: Rotation, error: RotationError) => Promise<RotationError>
  until?: PhaseName
}

/**
 * Several rotations in one run: phase by phase all of them do their part at the same time, and as one where it can
 * be. One that fails drops out and is told of in the answer; the others go on. The one whose outgoing token is the
 * session comes last.
 */
export async function advanceAll(rotations: readonly Rotation[], {mend, until = 'finish'}: Run = {}): Promise<Map<Rotation, RotationError>> {
  const failed = new Map<Rotation, RotationError>()
  const attempt: Attempt = async (some, work) => {
    const going = some.filter(rotation => !failed.has(rotation))
    await Promise.all(going.map(async rotation => work(rotation).catch(async (error: unknown) => failed.set(rotation, await giveUp(rotation, error)))))
  }

  const wanted = through(phases, until)
  const pivots = phases.findIndex(({name}) => name === pivot)
  const complete = async (some: readonly Rotation[], rest: readonly Phase[]) => {
    for (const phase of rest) await inStep(phase, some, attempt)
    if (until === 'finish') await attempt(some, rotation => close(rotation, 'completed'))
  }

  await attempt(rotations, takeOver)
  await complete(rotations.filter(({plan}) => plan.inPlace), through(inPlacePhases, until))
  const inTurn = rotations.filter(({plan}) => !plan.inPlace)
  for (const phase of wanted.slice(0, pivots)) await inStep(phase, inTurn, attempt)
  const last = inTurn.filter(({plan}) => plan.sessionIsOutgoing)
  await complete(inTurn.filter(rotation => !last.includes(rotation)), wanted.slice(pivots))
  if (mend) for (const [rotation, error] of failed) failed.set(rotation, await mend(rotation, error).catch((error_: unknown) => explain(error_, rotation)))
  if (wanted.length > pivots) await attempt(last, refuseBeforeOthers)
  await complete(last, wanted.slice(pivots))
  return new Map([...failed].toSorted(([one], [other]) => rotations.indexOf(one) - rotations.indexOf(other)))
}

const through = (table: readonly Phase[], until: PhaseName) => table.slice(0, 1 + table.findIndex(({name}) => name === until))

type Attempt = (some: readonly Rotation[], work: (rotation: Rotation) => Promise<void>) => Promise<void>

/** One phase of all that have not finished it. */
async function inStep({name, run, together}: Phase, rotations: readonly Rotation[], attempt: Attempt): Promise<void> {
  const left = rotations.filter(rotation => !isFinished(rotation, name))
  if (!together || left.length < 2) return attempt(left, rotation => step(rotation, name, run))
  const begun = new Map<Rotation, Conclude>()
  await attempt(left, async rotation => {
    begun.set(rotation, await begin(rotation, name))
  })
  const outcomes = await together([...begun.keys()])
  await attempt([...begun.keys()], async rotation => begun.get(rotation)?.(async () => {
    const outcome = outcomes.get(rotation)
    if (outcome?.status === 'fulfilled') return outcome.value
    throw outcome?.reason
  }))
}

/** Once every phase is finished only the closing is left: it asks nobody, and what was sealed may be gone already. */
async function takeOver(rotation: Rotation): Promise<void> {
  // Of an earlier run: it may have been a while.
  rotation.trial = null
  if (rotation.state.direction === 'back') throw isGoingBack(rotation)
  if (phasesOf(rotation.plan).some(({name}) => !isFinished(rotation, name))) await takeUp(rotation)
}

/** With its revoke the session ends. Where the DELETE was sent already, there is nothing to keep. */
async function refuseBeforeOthers(rotation: Rotation): Promise<void> {
  const {context, plan, state} = rotation
  context.signal.throwIfAborted()
  if (state.pivotingAt !== null) return
  const others = await othersThatNeedSession(rotation)
  if (others.length === 0) return
  throw new RotationError('ROTATE_NOT_LAST', `This command runs as the token of ${plan.name}, and ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} still open: it is revoked last.`, {
    exit: 'incomplete',
    next: 'heroku authorizations:rotate:resume --all',
  })
}

/** Runs the undos backwards, from whatever was started. Refused once the outgoing authorization is, or may be, revoked. */
export async function rollBack(rotation: Rotation): Promise<void> {
  try {
    if (undoable(rotation).some(({name}) => !isFinished(rotation, `undo ${name}`))) {
      await takeUp(rotation)
      await refuseWithoutWayBack(rotation)
    }

    if (rotation.state.direction === 'forward') await rotation.record({direction: 'back', type: 'turned'})
    for (const phase of undoable(rotation).toReversed()) {
      const name = `undo ${phase.name}`
      if (!isFinished(rotation, name)) await step(rotation, name, phase.undo)
    }

    if (!madeNothing(rotation.state)) await writeEvidence(rotation, 'rolled_back')
    await close(rotation, 'rolled-back')
  } catch (error) {
    if (error instanceof RotationError && error.code === 'ROTATE_PREVIOUS_UNKNOWN') await turnForward(rotation)
    throw explain(error, rotation)
  }
}

const isFinished = (rotation: Rotation, name: string) => rotation.state.phases.get(name)?.status === 'finished'

function undoable({plan}: Rotation): Extract<Phase, {undo: Step}>[] {
  return phasesOf(plan).filter(phase => phase.kind === 'compensable')
}

async function takeUp(rotation: Rotation): Promise<void> {
  await refuseOtherAccount(rotation)
  await recoverTokens(rotation)
  await startOverWhereDead(rotation)
}

/** A later process may have another session; the one that planned has asked already. */
async function refuseOtherAccount(rotation: Rotation): Promise<void> {
  const {context, plan, survey} = rotation
  if (survey !== null) return
  try {
    const {email, id} = await rotation.api.account()
    if (id === plan.account.id) return
    throw new RotationError('ROTATE_OTHER_ACCOUNT', `The session belongs to ${email}; the rotation was started by ${plan.account.email}.`, {
      exit: 'incomplete',
      next: 'heroku login',
    })
  } catch (error) {
    // A session of narrow scope may not ask; and one that is the outgoing token may have ended with it.
    if (!isPlatformError(error, 403) && !(isPlatformError(error, 401) && context.session.equals(rotation.tokens.outgoing))) throw error
  }
}

function isGoingBack({id}: Rotation): RotationError {
  return new RotationError('ROTATE_GOING_BACK', 'This rotation is being rolled back.', {exit: 'incomplete', next: `heroku authorizations:rotate:resume --rotation ${id}`})
}

async function step(rotation: Rotation, name: string, run: Step): Promise<void> {
  const conclude = await begin(rotation, name)
  await conclude(() => run(rotation))
}

type Conclude = (run: () => Promise<string>) => Promise<void>

async function begin(rotation: Rotation, name: string): Promise<Conclude> {
  const {clock, report, signal} = rotation.context
  signal.throwIfAborted()
  const started = clock.now()
  // Intent before, outcome after: a process that dies in between is found out by the next one.
  await rotation.record({name, status: 'started', type: 'phase'})
  report({name, state: 'started', type: 'phase'})
  return async run => {
    try {
      const detail = await run()
      const seconds = (clock.now() - started) / 1000
      await rotation.record({name, seconds, status: 'finished', type: 'phase'})
      report({detail, name, seconds, state: 'done', type: 'phase'})
    } catch (error) {
      const {code, happened} = toRotationError(error)
      report({detail: happened, name, state: 'failed', type: 'phase'})
      try {
        await rotation.record({code, message: happened, name, status: 'failed', type: 'phase'})
      } catch {
        // A started phase without an outcome says the same to whoever resumes; the first error is the one to tell.
      }

      throw error
    }
  }
}

/** The error as it is told; a rotation that has made nothing, or has nothing left, is closed. */
export async function giveUp(rotation: Rotation, error: unknown): Promise<RotationError> {
  const told = explain(error, rotation)
  const isClean = madeNothing(rotation.state) || (told.exit === 'failed' && rotation.state.incoming === null) || isOver(told)
  if (!isClean) return told
  try {
    // A closed journal is never looked at again, and what a lost create made may appear only now.
    if (rotation.state.lostAt !== null) await sweepLate(rotation, null)
    await writeEvidence(rotation, 'failed')
    await close(rotation, 'failed')
  } catch {
    rotation.context.report({text: 'the journal could not be closed; resume closes it', type: 'warning'})
  }

  return told
}

async function close(rotation: Rotation, outcome: Outcome): Promise<void> {
  // In this order: a closed journal is never looked at again, so nothing sealed may be left behind it.
  await rotation.tokens.shred()
  await rotation.record({outcome, type: 'closed'})
}
