import type {Values} from '../../consumers/adapter.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {replaceToken} from '../../secrecy/occurrences.js'
import {HEROKU_TOKEN} from '../../secrecy/shapes.js'
import {withinReach} from '../delivery/reach.js'
import {modeOf} from '../modes/mode.js'
import {isIncoming} from '../state/matches.js'

/**
 * Reads the tokens back from what uses them, because another session cannot open the sealed tokens. The old value of a
 * key is known where the key still holds it, held nothing, or held the outgoing token and a consumer still does.
 */
export async function recoverTokens(rotation: Rotation): Promise<void> {
  const {context, plan, state, tokens} = rotation
  if (tokens.complete) return
  context.report({text: 'you have logged in again since this rotation was started: reading the tokens back from what uses them', type: 'note'})
  const {api} = context
  const holdings = new Map<string, Values>()
  for (const bound of rotation.everyone) {
    await withinReach([bound], undefined, async () => {
      const {consumer, planned} = bound
      const access = rotation.access(planned)
      // A write of an earlier process may not have come through yet.
      if (access.resumed) await consumer.catchUp(access)
      holdings.set(planned.id, await consumer.read(access))
    })
  }

  const authorizations = await api.authorizations()
  const values = [context.session, ...[...holdings.values()].flatMap(keys => [...keys.values()].flatMap(value => (value ? [value, ...value.parts(HEROKU_TOKEN)] : [])))]
  const tokenOf = ({fingerprint, id}: {fingerprint: null | string; id: string}): null | Secret => {
    const redacted = authorizations.find(candidate => candidate.id === id)?.token ?? null
    const [first, ...others] = values.filter(value => (fingerprint === null ? matchesRedacted(value, redacted) : value.fingerprint === fingerprint))
    return first && others.every(value => first.equals(value)) ? first : null
  }

  const incoming = state.incoming && tokenOf(state.incoming)
  // In place, Heroku shows the incoming token, so only a fingerprint tells the outgoing one.
  const outgoing = plan.inPlace && plan.outgoing.fingerprint === null ? null : tokenOf(plan.outgoing)
  const previous = new Map<string, Values>()
  for (const {holds, id, keys} of plan.consumers) {
    const now = holdings.get(id)
    const before = keys.map((key): [string, null | Secret | undefined] => {
      if (!state.consumers.has(id) && now?.has(key)) return [key, now.get(key)]
      if (holds[key] === 'nothing') return [key, null]
      const current = now?.get(key)
      if (current && !isIncoming(rotation, current)) return [key, current]
      // A longer value is given back with the outgoing token in the place of the incoming one.
      if (current && incoming && outgoing && holds[key] !== 'other') return [key, replaceToken(current, incoming, outgoing).value]
      return [key, holds[key] === 'other' ? undefined : (outgoing ?? undefined)]
    })
    const entries = before.flatMap(([key, value]): [string, null | Secret][] => (value === undefined ? [] : [[key, value]]))
    if (entries.length === before.length) previous.set(id, new Map(entries))
  }

  if (state.incoming && !incoming) await modeOf(plan).onIncomingLost(rotation, 'nobody knows the new token any more')
  await tokens.keep({incoming: incoming && state.incoming ? {id: state.incoming.id, token: incoming} : null, outgoing, previous})
}
