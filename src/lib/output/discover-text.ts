import type {Place} from '../inventory/place.js'
import type {Scanned} from '../inventory/scan.js'
import type {Styles} from './styles.js'
import {type Discovery, outgoingPlaces, type OwnedKey} from '../inventory/discover.js'
import {countMany} from '../text/count.js'
import {shown, visible} from '../text/shown.js'
import {wrapped} from '../text/width.js'
import {table} from './table.js'

const ORDER = ['outgoing', 'unclear', 'another', 'foreign', 'dead'] as const

export function discoverText(found: Discovery, calls: number, columns: number, styles: Styles): string {
  const discovery = shown(found)
  const {outgoing, places} = discovery
  const lines = [
    wrapped(`${styles.heading(`${outgoing.description} (${outgoing.id})`)} is used by ${countMany(outgoingPlaces(discovery).length, 'place')}.`, columns),
    '',
  ]
  if (places.length > 0) lines.push(placeTable(inOrder(places), columns, styles), '')
  return `${[...lines, ...readLines(discovery, calls, columns, styles)].join('\n')}\n`
}

/** How much was read, and every place that was not. Only stages of pipelines have a slash in their names. */
export function readLines({apps, pipelines, unread}: Scanned, calls: number, columns: number, {warn}: Styles): string[] {
  const closed = unread.filter(({keys, name}) => keys.length === 0 && name !== 'pipelines' && !name.includes('/')).length
  const read = closed === 0 ? countMany(apps, 'app') : `${(apps - closed).toLocaleString('en')} of ${countMany(apps, 'app')}`
  return [
    wrapped(`Read ${read} and ${countMany(pipelines, 'pipeline')} with ${calls} calls.`, columns),
    ...(unread.length === 0 ? [] : [wrapped(warn(`Not complete: ${countMany(unread.length, 'place')} could not be checked and may use it too:`), columns)]),
    ...unread.map(({keys, name, why}) => `  ${name}${keys.length > 0 ? `:${keys.join(',')}` : ''}  ${why}`),
  ]
}

function placeTable(places: readonly Place<OwnedKey>[], columns: number, styles: Styles): string {
  const rows = places.map(({app, keys, name}) => [app === null ? name : styles.app(name), keys.map(({key}) => key).join('\n'), keys.map(key => ownerText(key)).join('\n')])
  return table(['App', 'Config var', 'Now'], rows, columns, styles) ?? list(places, styles)
}

function list(places: readonly Place<OwnedKey>[], styles: Styles): string {
  return places
    .map(({keys, name}) => [`  ${styles.heading(name)}`, ...keys.map(key => `    ${key.key}: ${ownerText(key)}`)].join('\n'))
    .join('\n')
}

function inOrder(places: readonly Place<OwnedKey>[]): Place<OwnedKey>[] {
  const rank = ({keys}: Place<OwnedKey>) => Math.min(...keys.map(({owner}) => ORDER.indexOf(owner.is)))
  return places.toSorted((a, b) => rank(a) - rank(b))
}

function ownerText({isWhole, owner}: OwnedKey): string {
  return isWhole ? nameOf(owner) : `${nameOf(owner)}, within a longer value`
}

function nameOf(owner: OwnedKey['owner']): string {
  switch (owner.is) {
  case 'outgoing':
    return 'this token'
  case 'another':
    return owner.authorization.description
  case 'dead':
    return 'a dead token (401)'
  case 'foreign':
    return foreignText(owner)
  case 'unclear':
    return `the token of one of these: ${owner.among.map(({description}) => description).join(', ')}`
  }
}

export const foreignText = ({email}: {email: null | string}): string =>
  (email === null ? 'a token that works but belongs to no authorization of yours' : `a token of ${email}`)

/** On one line: a config var may be named like an order to the runner of a job. */
export const writtenText = (file: string, added: readonly string[]): string =>
  (added.length === 0 ? `${file} names all of them already.` : visible(`Written to ${file}: ${added.join(' ')}`))
