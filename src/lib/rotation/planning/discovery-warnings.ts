import type {Plan} from './plan.js'

import {count, listed} from '../../text/count.js'

const SHOWN = 10

/** What a person has to know about places that are on no plan. */
export function discoveryWarnings({allowed, status, unreadable}: NonNullable<Plan['discovery']>): string[] {
  if (status === 'skipped') return ['nobody looked for other places that hold the outgoing token (--no-discover): they break when it is revoked']
  const warnings = allowed.map(name => `${name} may keep the outgoing token, and breaks when it is revoked (--allow-straggler)`)
  if (unreadable.length === 0) return warnings
  const named = unreadable.map(({keys, name, why}) => `${name}${keys.length > 0 ? `:${keys.join(',')}` : ''} (${why})`)
  return [...warnings, `${count(unreadable.length, 'place')} could not be read and may hold the outgoing token too: ${listed(named, SHOWN)}`]
}
