import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import type {Incoming} from '../state/records.js'
import type {Mode, OutgoingEnd, Situation} from './mode.js'
import {toResume, toRollBack} from '../../errors.js'
import {sameScope} from '../../heroku/scopes.js'
import {refuseWithoutWayBack} from '../guards/refuse-rollback.js'
import {expiresAsAsked, invalidIncoming} from '../incoming/compare.js'
import {madeNothing, type RotationState, runsWithIncoming} from '../state/state.js'

export const replace: Mode = {
  afterForeignChange: ({id}) => [toRollBack(id)],
  checkIncoming(rotation: Rotation, made: Incoming): void {
    const {expiresIn, scope} = rotation.plan.incoming
    if (!sameScope(made.scope, scope)) throw invalidIncoming(rotation, `has scope ${made.scope.join(',')}, asked for was ${scope.join(',')}`, this.wayOut)
    if (!expiresAsAsked(made.expiresIn, expiresIn)) {
      throw invalidIncoming(rotation, `expires in ${made.expiresIn ?? 'no'} seconds, asked for was ${expiresIn ?? 'never'}`, this.wayOut)
    }
  },
  ended: 'authorization was revoked',
  leftToDo: () => null,
  async onIncomingLost() {},
  async outgoingEnd(rotation: Rotation): Promise<OutgoingEnd> {
    return (await rotation.api.authorization(rotation.plan.outgoing.id)) ? [200, false] : [404, true]
  },
  pivot: 'revoke',
  proofById: 'id',
  refuseRollback: refuseWithoutWayBack,
  situation(plan: Plan, state: RotationState): Situation {
    const {outgoing, rotation} = plan
    const resume = toResume(rotation)
    const incoming = state.incoming ? `the new authorization ${state.incoming.id}` : 'the new authorization'
    if (state.direction === 'back') {
      return {next: [resume], now: `The rotation is being rolled back. The old token still works, and ${incoming} may be alive still.`}
    }

    if (madeNothing(state)) return {next: [], now: 'Nothing was changed.'}

    if (state.phases.get('revoke')?.status === 'finished') {
      return {next: [resume], now: `The old authorization ${outgoing.id} is revoked. Every consumer holds the new token, and there is no way back.`}
    }

    if (state.pivotingAt !== null) {
      return {
        next: [resume],
        now: `Every consumer holds the new token. Whether the old authorization ${outgoing.id} is revoked already is not known; resume finds out.`,
      }
    }

    return {next: [resume, toRollBack(rotation)], now: `The old token still works. ${whoHoldsWhat(plan, state)}`}
  },
  wayOut: toRollBack,
}

function whoHoldsWhat({consumers}: Plan, state: RotationState): string {
  const incoming = consumers.filter(({id}) => runsWithIncoming(state, id))
  const unsure = consumers.filter(({id}) => ['writing', 'written'].includes(state.consumers.get(id)?.status ?? ''))
  const alive = state.incoming ? `So does the new one (${state.incoming.id}).` : 'A new authorization may have been made.'
  const parts = [alive]
  const gone = consumers.filter(({id}) => state.consumers.get(id)?.status === 'gone')
  const left = consumers.filter(({id}) => state.consumers.get(id)?.status === 'left')
  const changed = consumers.filter(({id}) => state.consumers.get(id)?.status === 'changed')
  if (incoming.length + unsure.length + changed.length + gone.length + left.length === 0) parts.push('Every consumer holds what it held before.')
  else {
    if (incoming.length > 0) parts.push(`The new token is held by ${list(incoming)}.`)
    if (unsure.length > 0) {
      const isSafe = unsure.every(({holds}) => Object.values(holds).every(held => held === 'outgoing'))
      parts.push(`${list(unsure)} may hold ${isSafe ? 'either, and both work' : 'either the new token or what it held before'}.`)
    }

    if (changed.length > 0) parts.push(`${list(changed)} ${changed.length === 1 ? 'holds' : 'hold'} another value than this rotation wrote.`)
    if (gone.length > 0) parts.push(`${list(gone)} ${gone.length === 1 ? 'was' : 'were'} deleted.`)
    if (left.length > 0) parts.push(`${list(left)} cannot be reached, and may hold either.`)
    const rest = consumers.length - incoming.length - unsure.length - changed.length - gone.length - left.length
    if (rest > 0) parts.push(`${rest === 1 ? 'The other one holds' : `The other ${rest} hold`} what ${rest === 1 ? 'it' : 'they'} held before.`)
  }

  return parts.join(' ')
}

const list = (consumers: readonly {id: string}[]) => consumers.map(({id}) => id).join(', ')
