import type {ProgressEvent} from '../../ports.js'
import {named, nameOf, type Names} from '../../output/names.js'

/** Names consumers as people know them. A message about a consumer need not begin with its name. */
export function namedEvent(event: ProgressEvent, names: Names): ProgressEvent {
  if ('text' in event) return {...event, text: named(event.text, names)}
  const detail = named(event.detail ?? '', names)
  if (event.type === 'phase') return {...event, detail}
  const own = `${nameOf(event.id, names)}: `
  return {...event, detail: detail.startsWith(own) ? detail.slice(own.length) : detail}
}
