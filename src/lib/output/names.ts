import {type Address, consumer} from '../consumers/registry.js'
import {visible} from '../text/shown.js'

/** Names that people know consumers by, by their IDs. */
export type Names = ReadonlyMap<string, string>

/** The label of each consumer, and its ID where two have the same label. */
export function namesOf(addresses: readonly Address[]): Names {
  const labels = new Map(addresses.map(address => {
    const {id, label} = consumer(address)
    return [visible(id), visible(label)]
  }))
  const all = [...labels.values()]
  return new Map([...labels].map(([id, label]) => [id, all.filter(other => other === label).length > 1 ? id.replace(/^heroku-config:/, '') : label]))
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
