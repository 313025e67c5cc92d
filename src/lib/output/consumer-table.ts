import type {PlannedConsumer} from '../rotation/planning/plan.js'
import type {Styles} from './styles.js'
import {count} from '../text/count.js'
import {nameOf, type Names} from './names.js'
import {table} from './table.js'
import {isApp, isCanary} from './verdict.js'

/** Everybody who gets the token, in the order of writing, each key on a line. */
export function consumerTable(unordered: readonly PlannedConsumer[], names: Names, columns: number, styles: Styles): string {
  const consumers = inOrder(unordered)
  const turns = turnsOf(consumers)
  const rows = consumers.map((one, index) => [
    name(one, names, styles),
    one.keys.map(key => keyOf(one, key, styles)).join('\n'),
    one.keys.map(key => holding(one, key)).join('\n'),
    one.dynos === null ? '' : String(one.dynos),
    turns[index] ?? '',
  ])
  const head = ['Name', 'Config var', 'Now', 'Dynos', 'Order']
  const isShort = turns.every(turn => turn === '')
  const [titles, cells] = isShort ? [head.slice(0, -1), rows.map(row => row.slice(0, -1))] : [head, rows]
  return table(titles, cells, columns, styles) ?? consumers.map((one, index) => entry(one, turns[index] ?? '', names, styles)).join('\n')
}

function entry(one: PlannedConsumer, turn: string, names: Names, styles: Styles): string {
  const beside = [...(turn === '' ? [] : [turn]), ...(one.dynos === null ? [] : [count(one.dynos, 'dyno')])].join(', ')
  return [
    `  ${name(one, names, styles)}${beside === '' ? '' : `  ${styles.dim(beside)}`}`,
    ...one.keys.map(key => `    ${[keyOf(one, key, styles), holding(one, key)].filter(Boolean).join(': ')}`),
  ].join('\n')
}

function inOrder<T extends {id: string; role: string; wave: number}>(all: readonly T[]): T[] {
  const turn = ({role, wave}: T) => (role === 'store' ? -1 : wave)
  return all.toSorted((a, b) => (turn(a) === turn(b) ? a.id.localeCompare(b.id) : turn(a) - turn(b)))
}

const name = (one: PlannedConsumer, names: Names, styles: Styles) => (isApp(one) ? styles.app(nameOf(one.id, names)) : nameOf(one.id, names))

/** A number only where more than the canary and the rest are told apart. */
function turnsOf(all: readonly PlannedConsumer[]): string[] {
  const waves = new Set(all.filter(one => one.role === 'consumer' && !isCanary(one, all)).map(({wave}) => wave))
  return all.map(one => {
    if (one.role === 'store') return 'store'
    if (isCanary(one, all)) return 'canary'
    return waves.size > 1 ? `step ${one.wave}` : ''
  })
}

/** A person and a program have no keys: theirs is their own name. */
function keyOf(one: PlannedConsumer, key: string, styles: Styles): string {
  if (isApp(one)) return styles.key(key)
  return one.id === `${one.kind}:${key}` ? '' : key
}

function holding({holds, kind}: PlannedConsumer, key: string): string {
  if (kind === 'manual') return 'you are asked'
  // A file that was looked at is known: it holds the old token or not.
  if (kind === 'file' && holds[key] === 'unknown') return 'not looked at'
  return {nothing: 'not set', other: 'another value', outgoing: 'old token', unknown: 'cannot be read'}[holds[key] ?? 'nothing']
}
