import type {Plan} from '../planning/plan.js'
import type {Mode} from './mode.js'
import {RotationError, todo, toResume, toRollBack} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {typed} from '../../text/shell-quote.js'
import {fromStoreOn, reopen} from '../engine/reopen.js'
import {changedBy} from '../incoming/compare.js'
import {isFinished, madeNothing, type RotationState, runsWithIncoming} from '../state/state.js'

export const inPlace: Mode = {
  afterForeignChange: ({id: rotation}, id, keys) => [todo(`Unset ${keys.join(', ')} of ${id} by hand, for the rotation to write it.`), toResume(rotation)],
  // Heroku chose scope and lifetime and there is no way back, so the person is told and the rotation goes on.
  checkIncoming({context, plan}, made) {
    for (const change of changedBy(made, plan)) context.report({text: `Heroku changed more than the token: ${change}`, type: 'warning'})
  },
  ended: 'token was regenerated',
  /** Only another authorization brings back a lifetime or a scope that regenerating has changed. */
  leftToDo(plan, {closed, incoming}) {
    if (closed !== 'completed' || !incoming) return null
    const changed = changedBy(incoming, plan)
    if (changed.length === 0) return null
    const {expiresIn, scope} = plan.incoming
    return {
      next: typed('heroku', 'authorizations:rotate', plan.outgoing.id, ...(scope.length === 0 ? [] : ['--scope', scope.join(',')]), ...(expiresIn === null ? [] : ['--expires-in', String(expiresIn)])),
      told: `Heroku changed more than the token: ${changed.join('; ')}. To get that back, make another authorization:`,
    }
  },
  /** The token is regenerated once more, and every consumer is written again. */
  onIncomingLost: (rotation, message) => reopen(rotation, ['regenerate', 'validate', ...fromStoreOn], {code: 'ROTATE_START_OVER', message}),
  async outgoingEnd(rotation) {
    const shown = await rotation.api.authorization(rotation.plan.outgoing.id)
    return [null, shown !== null && matchesRedacted(rotation.requireIncoming().token, shown.token)]
  },
  pivot: 'regenerate',
  proofById: 'shown',
  async refuseRollback({id, plan, state}) {
    if (state.pivotingAt === null) return
    throw new RotationError('ROTATE_TOO_LATE', `Heroku has regenerated the token of ${plan.outgoing.description}, or may have, and cannot bring the old one back.`, {
      next: toResume(id),
    })
  },
  situation(plan, state) {
    const {outgoing, rotation} = plan
    if (madeNothing(state)) return {next: [], now: 'Nothing was changed.'}
    if (state.pivotingAt === null) {
      const now = `The old token still works. The description of ${outgoing.id} may still name this rotation.`
      return {next: state.direction === 'back' ? [toResume(rotation)] : [toResume(rotation), toRollBack(rotation)], now}
    }

    if (state.incoming === null || !isFinished(state, 'regenerate')) {
      return {next: [toResume(rotation)], now: 'The old token may have stopped working, and nothing has a new one. resume regenerates the token once more.'}
    }

    return {next: [toResume(rotation)], now: `The old token no longer works. ${plan.consumers.length === 0 ? '' : whoWorks(plan, state)}`.trim()}
  },
  wayOut: toResume,
}

function whoWorks({consumers}: Plan, state: RotationState): string {
  const working = consumers.filter(({id}) => runsWithIncoming(state, id))
  const others = consumers.filter(one => !working.includes(one))
  if (others.length === 0) return 'Everything uses the new one.'
  const held = working.length === 0 ? '' : `${list(working)} ${working.length === 1 ? 'uses' : 'use'} the new one. `
  return `${held}${list(others)} ${others.length === 1 ? 'does' : 'do'} not use it yet and ${others.length === 1 ? 'fails' : 'fail'} until then.`
}

const list = (consumers: readonly {id: string}[]) => consumers.map(({id}) => id).join(', ')
