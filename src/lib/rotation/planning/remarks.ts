import type {Plan} from './plan.js'
import type {Survey} from './survey.js'
import {issueOf} from '../../credentials/description.js'
import {holdsToken} from '../../secrecy/occurrences.js'
import {count, listed} from '../../text/count.js'

const SHOWN = 10

/** A global token may do everything on the account. A token that revokes itself has to be global, so it gets no advice. */
export function scopeAdvice({outgoing, sessionIsOutgoing}: Pick<Survey, 'outgoing' | 'sessionIsOutgoing'>, asked: readonly string[] | undefined, probes: number): string[] {
  if (asked !== undefined || sessionIsOutgoing || !outgoing.scope.includes('global')) return []
  const proof = probes > 0 ? 'the probes prove that it is enough' : 'a probe of what the consumers do would prove that it is enough'
  return [
    [
      'scope global also allows to change the account and its authorizations; where the consumers only work on apps and their config vars,',
      '--scope write-protected is enough, and read-protected where they only read. What they call cannot be seen: validate tries the scope,',
      proof,
    ].join(' '),
  ]
}

export function uncounted({consumers}: Survey): string[] {
  const apps = consumers.filter(({consumer: {apps}, holding: {dynos}}) => apps.length > 0 && dynos === null).length
  return apps === 0 ? [] : [`the dynos of ${apps} apps were not counted, to spare calls; all of each app restart, and one that is crashed already stops the rotation (--skip-health)`]
}

export function warningsOf({authorizations, consumers, discovery, outgoing, outgoingAlive, outgoingToken}: Survey, name: string): string[] {
  const warnings = discoveryWarnings(discovery)
  if (outgoingToken === null) {
    warnings.push('no consumer named holds the old token, so its end is proved by its id (404), not by its token (401)')
  }

  if (outgoingAlive === false) warnings.push('the old token is refused by Heroku already: consumers that hold it do not work now')
  for (const {consumer, holding} of consumers) {
    for (const warning of holding.warnings ?? []) warnings.push(`${consumer.id}: ${warning}`)
    const hidden = consumer.keys.filter(key => !holding.values.has(key))
    if (hidden.length > 0 && outgoingToken === null) {
      warnings.push(`${consumer.id} cannot be read and the old value is not known, so a rollback could not restore ${hidden.join(', ')}`)
    }

    const keys = [...holding.values].filter(([, value]) => value !== null && !(outgoingToken && holdsToken(value, outgoingToken))).map(([key]) => key)
    if (keys.length > 0) {
      const what = outgoingToken === null ? 'a value that does not look like the old token' : 'another value'
      warnings.push(`${consumer.id} holds ${what} in ${keys.join(', ')}, which is going to be replaced`)
    }
  }

  const siblings = authorizations.filter(authorization => authorization.id !== outgoing.id && issueOf(authorization).name === name)
  for (const {description, id} of siblings) warnings.push(`${description} (${id}) is alive too and is not touched`)
  return warnings
}

function discoveryWarnings({allowed, status, unreadable}: NonNullable<Plan['discovery']>): string[] {
  if (status === 'skipped') return ['nobody looked for other places that hold the old token (--no-discover): they break when it is revoked']
  const warnings = allowed.map(name => `${name} may keep the old token, and breaks when it is revoked (--allow-straggler)`)
  if (unreadable.length === 0) return warnings
  const places = unreadable.map(({keys, name, why}) => `${name}${keys.length > 0 ? `:${keys.join(',')}` : ''} (${why})`)
  return [...warnings, `${count(unreadable.length, 'place')} could not be read and may hold the old token (--allow-unread): ${listed(places, SHOWN)}`]
}
