import type {Plan} from './plan.js'

const SHOWN = 10

/** What a person has to know about places that are on no plan. */
export function discoveryWarnings({allowed, status, unreadable}: NonNullable<Plan['discovery']>): string[] {
  if (status === 'skipped') return ['nobody looked for other places that hold the outgoing token (--no-discover): they break when it is revoked']
  const warnings = allowed.map(name => `${name} may keep the outgoing token, and breaks when it is revoked (--allow-straggler)`)
  if (unreadable.length === 0) return warnings
  const named = unreadable.slice(0, SHOWN).map(({keys, name, why}) => `${name}${keys.length > 0 ? `:${keys.join(',')}` : ''} (${why})`)
  const more = unreadable.length > SHOWN ? ` and ${unreadable.length - SHOWN} more` : ''
  const what = unreadable.length === 1 ? '1 place' : `${unreadable.length} places`
  return [...warnings, `${what} could not be read and may hold the outgoing token too: ${named.join(', ')}${more}`]
}
