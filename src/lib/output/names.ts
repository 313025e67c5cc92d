import type {ProgressEvent} from '../ports.js'
import {type Address, consumer} from '../consumers/registry.js'
import {visible} from '../text/shown.js'

/** Names that people know consumers by, by their IDs. */
export type Names = ReadonlyMap<string, string>

/** The label of each consumer; where two have the same label, with what they hold; the ID where that is the same too. */
export function namesOf(consumers: readonly {address: Address}[]): Names {
  // An app of several rotations is one place.
  const known = new Map(consumers.map(({address}) => {
    const {id, keys, label} = consumer(address)
    return [visible(id), [label, [label, ...keys].join(' '), id.replace(/^heroku-config:/, '')].map(name => visible(name))]
  }))
  const sorted = [...known.values()].flatMap(names => [...new Set(names)]).toSorted()
  const repeated = new Set(sorted.filter((name, index) => name === sorted[index - 1]))
  return new Map([...known].map(([id, names]) => [id, names.find(name => !repeated.has(name)) ?? id]))
}

/** The name of a consumer, of a probe, or of a place that is on no plan. */
export function nameOf(id: string, names: Names = new Map()): string {
  return names.get(id) ?? id.replace(/^(?:command|file|github-workflow|heroku-config|manual|pipeline-config):/, '')
}

/** Puts names for the IDs in a text that people read. */
export function named(text: string, names: Names): string {
  // Each ID begins with its kind. Hundreds of apps tell their progress, mostly in words without one.
  if (!text.includes(':')) return text
  const longestFirst = [...names].toSorted(([a], [b]) => b.length - a.length)
  return longestFirst.reduce((told, [id, name]) => told.replaceAll(id, name), text).replaceAll(/\bheroku-config:(?=\w)/g, '')
}

/** Names consumers as people know them. A message about a consumer need not begin with its name. */
export function namedEvent(event: ProgressEvent, names: Names): ProgressEvent {
  if ('text' in event) return {...event, text: named(event.text, names)}
  const detail = named(event.detail ?? '', names)
  if (event.type === 'phase') return {...event, detail}
  const own = `${nameOf(event.id, names)}: `
  return {...event, detail: detail.startsWith(own) ? detail.slice(own.length) : detail}
}
