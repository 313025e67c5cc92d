import type {Values} from '../../consumers/adapter.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'
import {issueOf} from '../../credentials/description.js'
import {heroku, refused} from '../../errors.js'
import {isAlive} from '../../heroku/token-status.js'
import {inspectConsumers, inspectKnowing} from '../../inventory/inspect.js'
import {plannedOutgoing} from '../../inventory/outgoing-token.js'
import {count} from '../../text/count.js'

/** Seals what every consumer holds, before anything is written. */
export async function preflight(rotation: Rotation): Promise<string> {
  const {context, plan} = rotation
  const {consumers, outgoingToken} = rotation.survey ?? (await surveyAgain(rotation))
  await rotation.tokens.keep({
    outgoing: outgoingToken,
    previous: new Map(consumers.map(({consumer, holding}) => [consumer.id, heldBefore(consumer.keys, holding.values, outgoingToken)])),
  })
  if (outgoingToken && !rotation.survey && !(await isAlive(context, outgoingToken))) {
    context.report({text: 'Heroku refuses the old token already', type: 'warning'})
  }

  return `${plan.account.email}, ${count(plan.consumers.length, plan.consumers.every(({kind}) => kind === 'heroku-config') ? 'app' : 'place')}`
}

/** A key that cannot be read is assumed to have held the outgoing token. */
export function heldBefore(keys: readonly string[], values: Values, outgoing: null | Secret): Values {
  return new Map(
    keys.flatMap((key): [string, null | Secret][] => {
      const value = values.get(key)
      if (value !== undefined) return [[key, value]]
      return outgoing ? [[key, outgoing]] : []
    }),
  )
}

async function surveyAgain({api, context, plan}: Rotation) {
  const placed = plan.consumers.map(({address, role, wave}) => ({address, role, wave}))
  // Listed before they are read: a consumer that was read first could be taken to hold a token that another rotation has revoked by then.
  const authorizations = await api.authorizations()
  const consumers = await inspectConsumers({...context, api}, placed, plan.concurrency)
  const outgoing = authorizations.find(({id}) => id === plan.outgoing.id)
  if (!outgoing) throw refused('ROTATE_NO_AUTHORIZATION', `The old authorization ${plan.outgoing.id} is gone.`, heroku('authorizations'))
  const rival = authorizations.map(authorization => issueOf(authorization)).find(({mark, name}) => mark !== null && mark !== plan.rotation && name === plan.name)
  if (rival) throw refused('ROTATE_IN_FLIGHT', `Rotation ${rival.mark} of ${plan.name} has just been started.`, heroku('authorizations:rotate:status'))
  const values = consumers.flatMap(({holding}): readonly (null | Secret)[] => holding.candidates?.map(({token}) => token) ?? [...holding.values.values()])
  const outgoingToken = plannedOutgoing(plan.outgoing, [outgoing.token, context.session, ...values])
  return {consumers: await inspectKnowing({incoming: null, outgoing: outgoingToken}, consumers), outgoingToken}
}
