import type {InFlight} from '../rotation/report/in-flight-list.js'
import type {Standing} from '../rotation/report/standing.js'
import type {Styles} from './styles.js'
import {age} from '../text/duration.js'
import {padded, widthOf, wrapped} from '../text/width.js'

/** More are counted. */
const MOST = 12
const DONE = new Set(['settled', 'verified'])
/** On the way back, what was never written has what it held. */
const DONE_BACK = new Set(['pending', 'restored', 'untouched'])
const DOING: Readonly<Record<string, string>> = {
  create: 'making the new token',
  drain: 'waiting for old dynos to stop',
  fanout: 'updating apps',
  finish: 'finishing',
  mark: 'marking the authorization',
  preflight: 'looking before anything changes',
  prove: 'proving that the old token is dead',
  regenerate: 'replacing the token',
  revoke: 'revoking the old token',
  store: 'updating the store',
  'undo create': 'revoking the new token',
  'undo fanout': 'giving apps the old token again',
  'undo store': 'giving the store the old token again',
  validate: 'trying the new token',
  verify: 'reading everything back',
}
const WORKS = {
  both: 'The old and the new token both work.',
  new: 'The new token works; the old one is dead.',
  old: 'The old token works; there is no new one yet.',
  unknown: 'Whether the old token is dead is not known; resume finds out.',
} as const

export function inFlightText(rotation: InFlight, columns: number, styles: Styles): string {
  const {by, here, next, running, signed, standing} = rotation
  const wrap = (text: string) => wrapped(text, columns - 2).replaceAll('\n', '\n  ')
  return [
    wrap(`${styles.heading(rotation.description)}  rotation ${rotation.rotation}, started ${age(rotation.age * 1000)} ago${by ? ` by ${styles.user(by)}` : ''}`),
    ...(signed === false ? [styles.warn('  its journal was written under another login, or somebody has changed it: resume shows it and asks')] : []),
    ...(here ? [] : ['  started on another machine; it may still be running there']),
    ...(standing ? [`  ${wrap(doing(rotation, standing, styles))}`, ...consumerLines(standing, running, columns, styles), `  ${WORKS[standing.works]}`] : []),
    ...next.flatMap(command => [...does(command, next), `  ${styles.command(command)}`]),
    '',
  ].join('\n')
}

/** Of a rotation that can still go back, going on ends with the revoke. */
function does(command: string, next: readonly string[]): string[] {
  const isBack = (text: string) => text.includes('authorizations:rotate:rollback ')
  if (next.length < 2 || !next.some(text => isBack(text))) return []
  return [isBack(command) ? '  go back:' : '  go on (revokes the old token):']
}

function doing({process, running}: InFlight, {consumers, during, isOver, reason, since}: Standing, styles: Styles): string {
  const what = during === null ? '' : (DOING[during] ?? during)
  const done = consumers.filter(({state}) => doneIn(during).has(state)).length
  const counted = during === 'fanout' || during === 'undo fanout' ? `, ${done} of ${consumers.length} done` : ''
  if (running) return `running now${process === null ? '' : ` (process ${process})`}${what === '' ? '' : `: ${what}${counted}`}`
  const why = reason === null ? '' : `: ${reason}`
  return `${styles.warn('stopped')} ${age(since * 1000)} ago${what === '' ? '' : ` ${isOver ? 'after' : 'while'} ${what}${counted}`}${why}`
}

const doneIn = (during: null | string) => (during?.startsWith('undo ') ? DONE_BACK : DONE)

/** Those that are not done yet first, where not all are shown. */
function consumerLines({consumers, during, reason, works}: Standing, isRunning: boolean, columns: number, styles: Styles): string[] {
  const {glyphs} = styles
  const done = doneIn(during)
  const sign = (glyph: string) => padded(glyph, widthOf(glyphs.done))
  const line = (text: string) => `    ${wrapped(text, Math.max(20, columns - 6)).replaceAll('\n', '\n      ')}`
  const shown = consumers.length <= MOST ? consumers : consumers.toSorted((a, b) => Number(done.has(a.state)) - Number(done.has(b.state))).slice(0, MOST)
  const width = Math.max(0, ...shown.map(({name}) => widthOf(name)))
  const lines = shown.map(({held, name, release, state}) => {
    const isAtWork = state === 'writing' || state === 'written' || state === 'restoring'
    const failure = isAtWork && !isRunning ? failureOf(name, reason) : null
    if (failure !== null) {
      const has = held ? `old or new token${works === 'both' ? ', both work' : ''}` : 'new token, or as before'
      return line(`${styles.bad(sign(glyphs.failed))} ${padded(name, width)}  ${failure}; ${has}`)
    }

    const mark = done.has(state) ? styles.good(sign(glyphs.done)) : isAtWork && isRunning ? styles.command(sign(glyphs.frames[0] ?? '')) : styles.dim(sign(glyphs.waiting))
    return line(`${mark} ${padded(name, width)}  ${stateText(state, held, isRunning)}${release === null ? '' : `, ${styles.release(`v${release}`)}`}`)
  })
  return consumers.length > MOST ? [...lines, styles.dim(`    ${glyphs.dots} ${consumers.length - MOST} more`)] : lines
}

/** Takes from the reason of the stop the words about this consumer. */
function failureOf(name: string, reason: null | string): null | string {
  const line = reason?.split('\n').find(text => text.startsWith(`${name}: `))
  return line === undefined ? null : line.slice(name.length + 2).replace(/\.$/, '')
}

function stateText(state: Standing['consumers'][number]['state'], held: boolean, isRunning: boolean): string {
  const before = held ? 'old token' : 'not yet'
  return {
    changed: 'something else, since',
    gone: 'deleted',
    left: 'left as it was',
    pending: before,
    restored: held ? 'old token again' : 'as before',
    restoring: 'is given the old token again',
    settled: 'new token',
    untouched: before,
    verified: 'new token',
    writing: 'is given the new token',
    written: isRunning ? 'new token, restarting' : 'new token, not up yet',
  }[state]
}
