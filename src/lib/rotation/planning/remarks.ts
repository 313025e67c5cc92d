import type {Discovery} from './plan.js'
import type {Survey} from './survey.js'
import {issueOf} from '../../credentials/description.js'
import {holdsToken} from '../../secrecy/occurrences.js'
import {count, listed} from '../../text/count.js'
import {fileLines} from '../guards/stragglers.js'
import {unreadText} from '../guards/unread.js'

const SHOWN = 10

/** A global token may do everything on the account. A token that revokes itself has to be global, so it gets no advice. */
export function scopeAdvice({outgoing, sessionIsOutgoing}: Pick<Survey, 'outgoing' | 'sessionIsOutgoing'>, asked: readonly string[] | undefined): string[] {
  if (asked !== undefined || sessionIsOutgoing || !outgoing.scope.includes('global')) return []
  return ['This token has full account access. If the apps only use config vars and apps, add --scope write-protected.']
}

export function uncounted({consumers}: Survey): string[] {
  const apps = consumers.filter(({consumer: {apps}, holding: {dynos}}) => apps.length > 0 && dynos === null).length
  return apps === 0 ? [] : [`To save API calls, the dynos of ${apps} apps were not counted. All of them restart; a dyno that has crashed before stops the rotation (--skip-health).`]
}

export function warningsOf({authorizations, consumers, discovery, outgoing, outgoingAlive, outgoingToken}: Survey, name: string): string[] {
  const warnings = discoveryWarnings(discovery)
  if (outgoingToken === null) {
    warnings.push('Nothing that you named shows the old token. The proof of its end is that its ID is gone (404), not that the token is refused (401).')
  }

  if (outgoingAlive === false) warnings.push('Heroku refuses the old token already: whatever uses it does not work now.')
  for (const {consumer, holding} of consumers) {
    for (const warning of holding.warnings ?? []) warnings.push(`${consumer.id}: ${warning}`)
    const hidden = consumer.keys.filter(key => !holding.values.has(key))
    if (hidden.length > 0 && outgoingToken === null) {
      warnings.push(`${consumer.id} cannot be read and the old token is not known: a rollback could not restore ${hidden.join(', ')}.`)
    }

    const keys = [...holding.values].filter(([, value]) => value !== null && !(outgoingToken && holdsToken(value, outgoingToken))).map(([key]) => key)
    if (keys.length > 0) {
      const what = outgoingToken === null ? 'a value that does not look like this token' : 'another value'
      warnings.push(`${keys.join(', ')} of ${consumer.id} has ${what}, which will be overwritten.`)
    }
  }

  const siblings = authorizations.filter(authorization => authorization.id !== outgoing.id && issueOf(authorization).name === name)
  for (const {description, id} of siblings) warnings.push(`${description} (${id}) works too and stays as it is.`)
  return warnings
}

function discoveryWarnings({allowed, status, unreadable}: Discovery): string[] {
  if (status === 'skipped') return ['Nobody looked for other apps that use the old token (--no-discover): they stop working when it is revoked.']
  const warnings = allowed.map(name => `${name} keeps the old token and stops working when it is revoked (--allow-straggler).`)
  for (const {include, keys, name, why} of unreadable) {
    if (include === undefined) continue
    const how = include === '' ? '.' : `. To include it, add this to a rotation file: ${fileLines({include, keys})}`
    warnings.push(`${name} may have the old token, and nobody updates it (${why})${how}`)
  }

  const closed = unreadable.filter(({include}) => include === undefined)
  if (closed.length === 0) return warnings
  const places = closed.map(place => unreadText(place))
  return [...warnings, `${count(closed.length, 'place')} could not be checked and may use the old token (--allow-unread): ${listed(places, SHOWN)}.`]
}
