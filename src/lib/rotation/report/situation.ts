import type {Plan} from '../planning/plan.js'
import type {RotationState} from '../state/state.js'

export type Standing = {next: string[]; now: string}

/** What is true now, which token works where, and what to type next. */
export function standing(plan: Plan, state: RotationState): Standing {
  const {outgoing, rotation} = plan
  const resume = `heroku authorizations:rotate:resume --rotation ${rotation}`
  const rollback = `heroku authorizations:rotate:rollback --rotation ${rotation}`
  const incoming = state.incoming ? `the incoming authorization ${state.incoming.id}` : 'the incoming authorization'

  if (plan.inPlace) return inPlace(plan, state, {resume, rollback})
  if (state.direction === 'back') {
    return {next: [resume], now: `The rotation is being rolled back. The outgoing token still works, and ${incoming} may be alive still.`}
  }

  if (madeNothing(state)) return {next: [], now: 'Nothing was changed.'}

  if (state.phases.get('revoke')?.status === 'finished') {
    return {next: [resume], now: `The outgoing authorization ${outgoing.id} is revoked. Every consumer holds the incoming token, and there is no way back.`}
  }

  if (state.pivotingAt !== null) {
    return {
      next: [resume],
      now: `Every consumer holds the incoming token. Whether the outgoing authorization ${outgoing.id} is revoked already is not known; resume finds out.`,
    }
  }

  return {next: [resume, rollback], now: `The outgoing token still works. ${whoHoldsWhat(plan, state)}`}
}

/** No authorization was made: giving up leaves nothing behind. */
export function madeNothing(state: RotationState): boolean {
  return state.incoming === null && ['create', 'mark'].every(name => state.phases.get(name) === undefined)
}

function inPlace(plan: Plan, state: RotationState, {resume, rollback}: {resume: string; rollback: string}): Standing {
  if (madeNothing(state)) return {next: [], now: 'Nothing was changed.'}
  if (state.pivotingAt === null) {
    const now = `The outgoing token still works; the description of ${plan.outgoing.id} may carry the mark of this rotation.`
    return {next: state.direction === 'back' ? [resume] : [resume, rollback], now}
  }

  if (state.incoming === null || state.phases.get('regenerate')?.status !== 'finished') {
    return {next: [resume], now: 'The outgoing token is dead, or may be; no consumer holds another one. resume regenerates it once more.'}
  }

  return {next: [resume], now: `The outgoing token is dead. ${plan.consumers.length === 0 ? '' : whoWorks(plan, state)}`.trim()}
}

function whoWorks({consumers}: Plan, state: RotationState): string {
  const working = consumers.filter(({id}) => ['settled', 'verified'].includes(state.consumers.get(id)?.status ?? ''))
  const others = consumers.filter(one => !working.includes(one))
  if (others.length === 0) return 'Every consumer holds the incoming one, which works.'
  const held = working.length === 0 ? '' : `The incoming one is held by ${list(working)}. `
  return `${held}${list(others)} ${others.length === 1 ? 'does' : 'do'} not run with it yet, and ${others.length === 1 ? 'has' : 'have'} no token that works until then.`
}

function whoHoldsWhat({consumers}: Plan, state: RotationState): string {
  const incoming = consumers.filter(({id}) => ['settled', 'verified'].includes(state.consumers.get(id)?.status ?? ''))
  const unsure = consumers.filter(({id}) => ['writing', 'written'].includes(state.consumers.get(id)?.status ?? ''))
  const alive = state.incoming ? `So does the incoming one (${state.incoming.id}).` : 'An incoming authorization may have been made.'
  const parts = [alive]
  if (incoming.length === 0 && unsure.length === 0) parts.push('Every consumer holds what it held before.')
  else {
    if (incoming.length > 0) parts.push(`The incoming token is held by ${list(incoming)}.`)
    if (unsure.length > 0) {
      const isSafe = unsure.every(({holds}) => Object.values(holds).every(held => held === 'outgoing'))
      parts.push(`${list(unsure)} may hold ${isSafe ? 'either, and both work' : 'either the incoming token or what it held before'}.`)
    }

    const rest = consumers.length - incoming.length - unsure.length
    if (rest > 0) parts.push(`${rest === 1 ? 'The other one holds' : `The other ${rest} hold`} what ${rest === 1 ? 'it' : 'they'} held before.`)
  }

  return parts.join(' ')
}

const list = (consumers: readonly {id: string}[]) => consumers.map(({id}) => id).join(', ')
