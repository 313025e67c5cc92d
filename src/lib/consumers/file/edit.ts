import {type Format, lineAt, type Spot, Unclear} from './format.js'

/** Tells a file that was made here from one that was there and empty. */
const MARK = '# made by heroku authorizations:rotate'

const BYTE_ORDER_MARK = '\u00EF\u00BB\u00BF'

export type Key = {format: Format; key: string}

/** The value in force; null where the key is not set. */
export function valueIn(text: string, at: Key): null | string {
  const spots = spotsIn(text, at)
  return (at.format.counts === 'last' ? spots.at(-1) : spots[0])?.value ?? null
}

export function linesOf(text: string, at: Key): number[] {
  return spotsIn(text, at).map(({line}) => line)
}

export function isSetTo(text: string, at: Key, value: null | string): boolean {
  const spots = spotsIn(text, at)
  return value === null ? spots.length === 0 : spots.length > 0 && spots.every(spot => spot.value === value)
}

/** With the value in place of every one of the key; null where the format cannot hold it. */
export function withValue(text: null | string, at: Key, value: string): null | string {
  const before = text ?? ''
  const spots = spotsIn(before, at)
  if (spots.length > 0) return replaced(before, at, spots, value)
  const line = at.format.lineFor(at.key, value)
  if (line === null) return null
  if (text === null) return `${MARK}\n${line}\n`
  const ending = before.includes('\r\n') ? '\r\n' : '\n'
  // A file that does not end with a newline does not end with one afterwards.
  return withoutMark(before) === '' || before.endsWith('\n') ? `${before}${line}${ending}` : `${before}${ending}${line}`
}

/** Without the lines of the key; null where nothing is left of a file that was made here. */
export function withoutKey(text: string, at: Key): null | string {
  let after = text
  for (const spot of spotsIn(text, at).toReversed()) after = withoutLine(after, at, spot)
  return after === `${MARK}\n` ? null : after
}

function replaced(text: string, {format}: Key, spots: readonly Spot[], value: string): null | string {
  let after = text
  for (const {from, quote, to} of spots.toReversed()) {
    const written = format.quoted(value, quote)
    if (written === null) return null
    after = after.slice(0, from) + written + after.slice(to)
  }

  return after
}

function withoutLine(text: string, {key}: Key, {from, to}: Spot): string {
  const start = Math.max(text.lastIndexOf('\n', from - 1) + 1, text.length - withoutMark(text).length)
  const newline = text.indexOf('\n', to)
  const end = newline === -1 ? text.length : newline + 1
  const rest = text.slice(start, from) + text.slice(to, end).trimEnd()
  if (!new RegExp(`^[ \\t]*(?:export[ \\t]+)?${key}[ \\t]*[:=][ \\t]*(?:#.*)?$`).test(rest)) {
    throw new Unclear(lineAt(text, from), 'holds more than the one assignment, which cannot be taken out')
  }

  const kept = text.slice(0, start)
  // The last line was added with the newline before it.
  return newline === -1 ? kept.replace(/\r?\n$/, '') : kept + text.slice(end)
}

function spotsIn(text: string, {format, key}: Key): Spot[] {
  const offset = text.length - withoutMark(text).length
  return format.find(text.slice(offset), key).map(spot => ({...spot, from: spot.from + offset, to: spot.to + offset}))
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
}
