import type {Styles} from '../styles.js'
import type {ProgressState, Row} from './progress-state.js'
import {wholeSeconds} from '../../text/duration.js'
import {fit, fitName, padded, widthOf} from '../../text/width.js'

/** So many are counted by looking at them. */
const FEW = 4
const LATE_SECONDS = 5
/** Phases whose end is told of each of several rotations. */
const ENDS: Readonly<Record<string, string>> = {create: 'created', fanout: 'updated', regenerate: 'regenerated', revoke: 'revoked', 'undo create': 'withdrawn', 'undo fanout': 'given back'}
const COUNTED: Readonly<Record<string, string>> = {fanout: 'run with the new token', 'undo fanout': 'have the old token again'}

type View = {
  columns: number
  /** Turns the spinner; null for a picture that stays. */
  frame: null | number
  nameOf(id: string): string
  now: number
  rows: number
  styles: Styles
}

/** Draws no more rows than fit, because a terminal cannot take back what has left it at the top. */
export function picture(state: ProgressState, view: View): string[] {
  const {columns, rows, styles} = view
  // Rows are measured with a mark of one column; without UTF-8 it has two.
  const width = Math.max(20, columns - markWidth(styles) + 1)
  const narrow = {...view, columns: width}
  const warnings = state.warnings.map(text => `${styles.warn('warning:')} ${fit(text, width - 9, styles.glyphs.dots)}`)
  const heads = state.isGrouped
    ? [...state.rotations].map(([name, phases]) => groupRow(name, [...phases], state, narrow))
    : state.phases.map(([name, row]) => phaseRow(name, row, state, narrow))
  const {phases} = state
  const active = phases.findLastIndex(([, row]) => row.state === 'active')
  const shown = active === -1 && phases.at(-1)?.[1].state === 'failed' ? phases.length - 1 : active
  if (shown === -1) return [...warnings, ...heads]
  const room = Math.max(2, rows - heads.length - warnings.length - state.notes.size - 2)
  const at = state.isGrouped ? heads.length : shown + 1
  const below = [...consumerRows(state, room, narrow), ...noteRows(state, narrow)]
  return [...warnings, ...heads.slice(0, at), ...below, ...heads.slice(at)]
}

function phaseRow(name: string, row: Row, state: ProgressState, view: View): string {
  const {columns, styles} = view
  const longest = Math.max(9, ...state.phases.map(([each]) => each.length))
  const detail = row.state === 'active' && row.detail === '' ? counted(name, row, state) : row.detail
  const text = ending([padded(name, longest), detail].filter(Boolean).join('  '), timeOf(row, view), columns - 2, styles)
  return `${mark(row, view)} ${row.state === 'failed' ? styles.bad(text) : text}`
}

/** One row for each rotation: what it has done, and what it does. */
function groupRow(name: string, phases: readonly [string, Row][], state: ProgressState, view: View): string {
  const {columns, now, styles} = view
  const {glyphs} = styles
  const [last, row] = phases.at(-1) ?? ['', null]
  if (!row) return name
  const longest = Math.max(...[...state.rotations.keys()].map(each => widthOf(each)))
  const ended = phases.filter(([, {state: is}]) => is === 'done').flatMap(([phase]) => (ENDS[phase] === undefined ? [] : [`${glyphs.done} ${ENDS[phase]}`]))
  const doing = row.state === 'active' ? [last, counted(last, row, state)].filter(Boolean).join('  ') : row.state === 'failed' ? `${last}: ${row.detail}` : ''
  const took = phases.reduce((sum, [, one]) => sum + (one.state === 'active' ? (now - one.startedAt) / 1000 : (one.took ?? 0)), 0)
  const head = padded(fitName(name, Math.floor(columns / 3), glyphs.dots), Math.min(longest, Math.floor(columns / 3)))
  const text = ending([head, ended.join(' '), doing].filter(Boolean).join('  '), took < 1 ? '' : wholeSeconds(took), columns - 2, styles)
  return `${mark(row, view)} ${row.state === 'failed' ? styles.bad(text) : text}`
}

function counted(name: string, {goal}: Row, {consumers}: ProgressState): string {
  const all = [...consumers].filter(([, {isProbe}]) => !isProbe)
  const ended = all.filter(([, {state}]) => state === 'done').length
  const isApps = all.every(([id]) => id.startsWith('heroku-config:'))
  if (goal > 1 && COUNTED[name] !== undefined) return `${ended} of ${goal} ${isApps ? 'apps' : 'places'} ${COUNTED[name]}`
  return all.length > FEW ? `${ended} of ${all.length} done` : ''
}

/** Failed ones first, then those that run, the longest first. */
function consumerRows({consumers}: ProgressState, room: number, view: View): string[] {
  const {columns, nameOf, styles} = view
  const rank = ([, {state}]: [string, Row]) => ['failed', 'active', 'done', 'skipped'].indexOf(state)
  const all = [...consumers]
  const isAll = all.length <= room
  const shown = isAll ? all : all.toSorted((a, b) => rank(a) - rank(b) || a[1].startedAt - b[1].startedAt).slice(0, Math.max(0, room - 1))
  const names = shown.map(([id]) => nameOf(id))
  const longest = Math.min(Math.max(0, ...names.map(name => widthOf(name))), Math.max(12, Math.floor((columns - 6) / 2)))
  const rows = shown.map(([, row], index) => {
    // The name makes room for a state of a few words; a sentence is cut, and told in full below.
    const room = Math.max(Math.floor(columns / 3), columns - 6 - widthOf(row.detail))
    const name = fitName(names[index] ?? '', Math.min(Math.max(longest, widthOf(names[index] ?? '')), room), styles.glyphs.dots)
    return `  ${mark(row, view)} ${ending(`${padded(name, Math.min(longest, room))}  ${row.detail}`, timeOf(row, view, LATE_SECONDS), columns - 4, styles)}`
  })
  return isAll ? rows : [...rows, styles.dim(`  ${styles.glyphs.dots} ${all.length - shown.length} more`)]
}

function noteRows({notes}: ProgressState, {columns, now, styles}: View): string[] {
  return [...notes.values()].map(({text, until}) => {
    const left = until === null ? '' : `: ${wholeSeconds(Math.max(0, (until - now) / 1000))} left`
    return `  ${styles.dim(`${fit(text, columns - 2 - left.length, styles.glyphs.dots)}${left}`)}`
  })
}

/** Cuts the text and not the time at its end. */
function ending(text: string, time: string, width: number, {glyphs}: Styles): string {
  return time === '' ? fit(text.trimEnd(), width, glyphs.dots) : `${fit(text, width - widthOf(time) - 2, glyphs.dots)}  ${time}`
}

function timeOf(row: Row, {now}: View, least = 1): string {
  const took = row.state === 'active' ? (now - row.startedAt) / 1000 : row.took
  return took !== undefined && took >= least ? wholeSeconds(took) : ''
}

const markWidth = ({glyphs}: Styles) => widthOf(glyphs.done)

function mark({state}: Row, {frame, styles}: View): string {
  const {glyphs} = styles
  const active = frame === null ? glyphs.waiting : (glyphs.frames[frame % glyphs.frames.length] ?? '')
  const text = padded({...glyphs, active}[state], markWidth(styles))
  if (state === 'active') return frame === null ? text : styles.command(text)
  return {done: styles.good, failed: styles.bad, skipped: styles.dim}[state](text)
}
