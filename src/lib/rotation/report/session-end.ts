import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import type {RotationState} from '../state/state.js'
import {consumer} from '../../consumers/registry.js'
import {listed} from '../../text/count.js'
import {modeOf} from '../modes/mode.js'

/** The CLI refuses to log in while the variable is set. */
const LOGIN = 'unset HEROKU_API_KEY; heroku login'
const SHOWN = 5

export type SessionEnd = {next: string; told: string}

/** The next session comes from outside Heroku: the sealed token ends with the rotation, and only a session can read config vars. */
export function takeOver({consumers}: Plan): {next: string; source: null | string} {
  for (const {address, id} of consumers.toSorted((a, b) => Number(b.role === 'store') - Number(a.role === 'store'))) {
    const next = consumer(address).asSession
    if (next !== null) return {next, source: id}
  }

  return {next: LOGIN, source: null}
}

function afterRevoke(plan: Plan): SessionEnd {
  const {next, source} = takeOver(plan)
  const over = `You are logged out, because ${plan.outgoing.description} is revoked.`
  if (source !== null) return {next, told: `${over} The new token is in ${source}. To log in with it, without showing it:`}
  const ids = plan.consumers.map(({id}) => id)
  const place = ids.length === 0 ? 'Nothing has the new token:' : `The new token is in ${listed(ids, SHOWN)}, which you can read after logging in again:`
  return {next, told: `${over} ${place}`}
}

/** While both tokens work, the rotation itself gives out the incoming token. */
function beforeRevoke({rotation}: Pick<Plan, 'rotation'>): SessionEnd {
  return {
    next: `export HEROKU_API_KEY="$(heroku authorizations:rotate:token --rotation ${rotation})"`,
    told: 'You are logged in with the old token and will be logged out. To go on with the new one:',
  }
}

/** Null where the session is another token, or no incoming token is there to take its place. */
export function sessionEnd(plan: Plan, state: RotationState, session: {fingerprint: string}): null | SessionEnd {
  if (session.fingerprint !== plan.outgoing.fingerprint) return null
  if (state.closed === 'completed') return afterRevoke(plan)
  return state.closed === null && state.incoming !== null ? beforeRevoke(plan) : null
}

export const endOf = ({context, plan, state}: Rotation): null | SessionEnd => sessionEnd(plan, state, context.session) ?? modeOf(plan).leftToDo(plan, state)
