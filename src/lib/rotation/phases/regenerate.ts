import type {Values} from '../../consumers/adapter.js'
import type {Rotation} from '../rotation.js'
import {heroku, refused, RotationError, todo} from '../../errors.js'
import {isPlatformError, noAnswer} from '../../heroku/platform-error.js'
import {isComplete} from '../../heroku/redaction.js'
import {isAlive} from '../../heroku/token-status.js'
import {distinct} from '../../inventory/owners.js'
import {withinReach} from '../delivery/reach.js'
import {mark, marking, unmark} from './mark.js'

const CALLS = 3

/** Has Heroku give the authorization another token; the token that every consumer holds is dead from then on. */
export async function regenerate(rotation: Rotation): Promise<string> {
  const {context, plan, state, tokens} = rotation
  const {id} = plan.outgoing
  await refuseTaken(rotation)
  const kept = tokens.incoming
  if (state.pivotingAt !== null && kept && (await isAlive(context, kept.token))) {
    const authorization = await context.api.authorization(id)
    if (authorization && state.incoming === null) await rotation.recordIncoming(authorization)
    return id
  }

  // When the answer is lost, or the process before it sealed the token, nobody knows the token: it is regenerated once more.
  for (let call = 1; ; call++) {
    const isFirst = rotation.state.pivotingAt === null
    await rotation.record({type: 'pivoting'})
    try {
      const made = await context.api.regenerateTokens(id)
      if (!isComplete(made.token)) throw await untold(rotation)
      // Sealed first: between here and the journal a crash leaves a token that resume can take up.
      await tokens.keep({incoming: {id, token: made.token}})
      await rotation.recordIncoming(made)
      // A call that was given up may be carried out after this one, and then this token is dead already.
      if ((await isAlive(context, made.token)) || call >= CALLS) return id
    } catch (error) {
      if (!isPlatformError(error)) throw error
      if (!error.mayHaveApplied && isFirst) throw await spared(rotation, error.words)
      if (!error.mayHaveApplied || call >= CALLS) throw error
      context.report({text: `${noAnswer(error)} and the new token is lost: regenerating once more`, type: 'note'})
    }
  }
}

/** Takes the mark off again: Heroku refused the first call, so the outgoing token still works. */
async function spared(rotation: Rotation, why: string): Promise<RotationError> {
  await unmark(rotation)
  await rotation.record({type: 'spared'})
  return refused('ROTATE_REGENERATE', `Heroku did not regenerate the token: ${why}.`, [
    heroku('auth:whoami'),
    {...heroku('authorizations:rotate', rotation.plan.outgoing.id), note: 'To make another authorization instead'},
  ])
}

/** Refuses once another rotation has replaced our mark, unless it has ended and left the consumers without a token that works. */
async function refuseTaken(rotation: Rotation): Promise<void> {
  const {id, plan, state} = rotation
  const {mark: found} = await marking(rotation)
  if (found === id) return
  const happened = `${plan.outgoing.description} (${plan.outgoing.id}) does not name this rotation any more`
  const next = [heroku('authorizations:rotate:status'), heroku('authorizations:rotate', plan.outgoing.id, '--dry-run')]
  if (state.pivotingAt === null) throw refused('ROTATE_ROTATED_MEANWHILE', `${happened}: somebody else is rotating it, or has.`, next)
  if (found !== null) {
    throw new RotationError('ROTATE_IN_FLIGHT', `${happened}: rotation ${found} has taken it over.`, {exit: 'incomplete', next: [todo('Wait for it to end.'), ...next]})
  }

  if (!(await areServed(rotation))) {
    await mark(rotation)
    return
  }

  if (state.incoming) await rotation.record({type: 'withdrawn'})
  throw new RotationError('ROTATE_ROTATED_MEANWHILE', `${happened}: somebody else has rotated it.`, {
    next,
    now: 'What uses the token has one that works. The token that this rotation made is dead.',
  })
}

async function areServed(rotation: Rotation): Promise<boolean> {
  const read = await Promise.all(rotation.everyone.map(bound =>
    withinReach<Values>([bound], new Map(), () => bound.consumer.read(rotation.access(bound.planned)))))
  const values = read.flatMap(holding => [...holding.values()])
  const tokens = distinct(values.filter(value => value !== null))
  const living = await Promise.all(tokens.map(token => isAlive(rotation.context, token)))
  return tokens.length > 0 && !values.includes(null) && living.every(Boolean)
}

async function untold(rotation: Rotation): Promise<RotationError> {
  const {outgoing} = rotation.plan
  await unmark(rotation)
  return new RotationError('ROTATE_NO_TOKEN', `Heroku regenerated the token of ${outgoing.description} but did not show the new one.`, {
    next: {...heroku('authorizations:rotate', outgoing.id), note: 'To make another authorization, with the same apps and without --in-place'},
    now: 'The old token is dead and nobody knows the new one. Nothing that uses the token works.',
  })
}
