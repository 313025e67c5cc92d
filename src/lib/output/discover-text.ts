import wrapAnsi from 'wrap-ansi'

import type {Discovery, HeldKey, Holding} from '../inventory/discover.js'
import type {Styles} from './styles.js'

import {countMany} from '../text/count.js'
import {table} from '../text/table.js'

const ORDER = ['outgoing', 'unclear', 'listed', 'foreign', 'dead'] as const

/** Who holds the token, as a person reads it. */
export function discoverText(found: Discovery, calls: number, columns: number, styles: Styles): string {
  const {apps, holdings, outgoing, pipelines, unread} = found
  const holders = holdersOf(found)
  const wrap = (text: string) => wrapAnsi(text, columns)
  const lines = [
    wrap(`${styles.heading(`${outgoing.description} (${outgoing.id})`)} is held by ${countMany(holders.length, 'place')}.`),
    '',
  ]
  if (holdings.length > 0) lines.push(holdingTable(inOrder(holdings), columns, styles), '')
  lines.push(wrap(`Read ${countMany(apps, 'app')} and ${countMany(pipelines, 'pipeline')} with ${calls} calls.`))
  if (unread.length > 0) {
    lines.push(wrap(styles.warn(`Not complete: ${countMany(unread.length, 'place')} could not be read, and may hold it too:`)))
    for (const {keys, name, why} of unread) lines.push(`  ${name}${keys.length > 0 ? `:${keys.join(',')}` : ''}  ${why}`)
  }

  return `${lines.join('\n')}\n`
}

/** The places that hold the outgoing token. */
export function holdersOf({holdings}: Discovery): Holding[] {
  return holdings.filter(({keys}) => keys.some(({whose}) => whose === 'outgoing'))
}

function holdingTable(holdings: readonly Holding[], columns: number, styles: Styles): string {
  const rows = holdings.map(({keys, name}) => [name, keys.map(({key}) => key).join('\n'), keys.map(key => told(key)).join('\n')])
  return table(['app', 'keys', 'holds'].map(styles.heading), rows, columns) ?? list(holdings, styles)
}

function list(holdings: readonly Holding[], styles: Styles): string {
  return holdings
    .map(({keys, name}) => [`  ${styles.heading(name)}`, ...keys.map(held => `    ${held.key}: ${told(held)}`)].join('\n'))
    .join('\n')
}

const kindOf = ({whose}: HeldKey) => (whose === 'outgoing' ? 'outgoing' : whose.is)

function inOrder(holdings: readonly Holding[]): Holding[] {
  const rank = ({keys}: Holding) => Math.min(...keys.map(held => ORDER.indexOf(kindOf(held))))
  return holdings.toSorted((a, b) => rank(a) - rank(b))
}

function told(held: HeldKey): string {
  return held.isWhole ? toldWhose(held) : `${toldWhose(held)}, within a longer value`
}

function toldWhose({whose}: HeldKey): string {
  if (whose === 'outgoing') return 'outgoing'
  switch (whose.is) {
  case 'listed': {
    return `${whose.authorization.description}`
  }

  case 'dead': {
    return 'a dead token: 401'
  }

  case 'foreign': {
    return whose.email === null ? 'a token that works, of no listed authorization' : `a token of ${whose.email}, not listed here`
  }

  case 'unclear': {
    return `of one of: ${whose.among.map(({description}) => description).join(', ')}`
  }
  }
}
