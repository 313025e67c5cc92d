import type {Plan, PlannedConsumer} from '../planning/plan.js'
import type {Mode} from './mode.js'
import {toResume, toRollBack} from '../../errors.js'
import {sameScope} from '../../heroku/scopes.js'
import {listed} from '../../text/count.js'
import {lifetime} from '../../text/duration.js'
import {refuseWithoutWayBack} from '../guards/refuse-rollback.js'
import {expiresAsAsked, invalidIncoming} from '../incoming/compare.js'
import {isFinished, madeNothing, type RotationState} from '../state/state.js'

/** More names than this are counted. */
const FEW = 5

export const replace: Mode = {
  afterForeignChange: ({id}) => [toRollBack(id)],
  checkIncoming(rotation, made) {
    const {expiresIn, scope} = rotation.plan.incoming
    if (!sameScope(made.scope, scope)) throw invalidIncoming(rotation, `has scope ${made.scope.join(',')} instead of ${scope.join(',')}`, this.wayOut)
    if (!expiresAsAsked(made.expiresIn, expiresIn)) {
      throw invalidIncoming(rotation, `${expiry(made.expiresIn)}, but the plan says that it ${expiry(expiresIn)}`, this.wayOut)
    }
  },
  ended: 'authorization was revoked',
  leftToDo: () => null,
  async onIncomingLost() {},
  async outgoingEnd(rotation) {
    return (await rotation.api.authorization(rotation.plan.outgoing.id)) ? [200, false] : [404, true]
  },
  pivot: 'revoke',
  proofById: 'id',
  refuseRollback: refuseWithoutWayBack,
  situation(plan, state) {
    const {outgoing, rotation} = plan
    const resume = toResume(rotation)
    if (state.direction === 'back') {
      const made = state.incoming ? `The new authorization ${state.incoming.id}` : 'A new authorization, if Heroku has made one,'
      return {next: [resume], now: `The rotation is being rolled back. The old token still works. ${made} is not revoked yet.`}
    }

    if (madeNothing(state)) return {next: [], now: 'Nothing was changed.'}

    if (isFinished(state, 'revoke')) {
      return {next: [resume], now: `The old authorization ${outgoing.id} is revoked. Everything uses the new token. This cannot be undone.`}
    }

    if (state.pivotingAt !== null) {
      return {
        next: [resume],
        now: `Everything uses the new token. Heroku may have revoked the old authorization ${outgoing.id} already; resume finds out.`,
      }
    }

    return {next: [resume, toRollBack(rotation)], now: `The old token still works. ${whoHoldsWhat(plan, state)}`}
  },
  wayOut: toRollBack,
}

function whoHoldsWhat({consumers}: Plan, state: RotationState): string {
  const among = (...statuses: string[]) => consumers.filter(({id}) => statuses.includes(state.consumers.get(id)?.status ?? ''))
  const told = [among('settled', 'verified'), among('writing', 'written'), among('changed'), among('gone'), among('left')] as const
  const rest = consumers.filter(one => told.every(others => !others.includes(one)))
  const [incoming, unsure, changed, gone, left] = told
  const parts = [state.incoming ? `So does the new one (${state.incoming.id}).` : 'Heroku may have made a new authorization.']
  if (rest.length === consumers.length) return [...parts, 'Everything still has what it had before.'].join(' ')
  if (incoming.length > 0) parts.push(`${list(incoming)} ${incoming.length === 1 ? 'uses' : 'use'} the new token.`)
  const either = unsure.every(one => heldOld(one)) ? 'the old or the new token; both work' : 'the new token or what was there before'
  if (unsure.length > 0) parts.push(`${list(unsure)} ${unsure.length === 1 ? 'has' : 'have'} ${either}.`)
  if (changed.length > 0) parts.push(`${list(changed)} ${changed.length === 1 ? 'has' : 'have'} what was there before, or what somebody else wrote.`)
  if (gone.length > 0) parts.push(`${list(gone)} ${gone.length === 1 ? 'was' : 'were'} deleted.`)
  if (left.length > 0) parts.push(`${list(left)} cannot be reached and may have either token.`)
  const before = rest.every(one => heldOld(one)) ? 'the old token' : 'what was there before'
  if (rest.length > 0) parts.push(`${listed(rest.map(({id}) => id), FEW)} still ${rest.length === 1 ? 'has' : 'have'} ${before}.`)
  return parts.join(' ')
}

const heldOld = ({holds}: PlannedConsumer) => Object.values(holds).every(held => held === 'outgoing')

const expiry = (seconds: null | number) => (seconds === null ? 'never expires' : `expires in ${lifetime(seconds)} (${seconds} s)`)

const list = (consumers: readonly {id: string}[]) => consumers.map(({id}) => id).join(', ')
