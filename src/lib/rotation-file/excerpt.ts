import {consumerKinds} from '../consumers/registry.js'
import {probeKinds} from '../probes/registry.js'
import {visible} from '../text/shown.js'
import {fieldNames} from './fields.js'

/** Columns before the caret and behind it. */
const AROUND = 25
/** Longer lines are not looked through, which takes time with the square of their length. */
const LONGEST = 500
const HIDDEN = '…'

const NUMBER = /^\d{1,10}[a-z]?$/
const numbers = new Set(['every', 'expires-in', 'status', 'version', 'wave', 'within'])

/** Spaces, signs of YAML, comments, and words with their quotes. */
const PARTS = /\s|[{}[\],]|[-:](?=\s|$)|(?<=["'{,[\s])#.*|"(?:[^"\\]|\\.)*"?|'[^']*'?|(?:[^\s{}[\],:]|:(?=\S))+/g
const SIGN = /^(?:\s|[{}[\],:-])$/

/**
 * Shows a line of the file with a caret below the place. A value may be a secret, so that only the keys that a rotation
 * file has, kinds and numbers are shown. `key` is the key that the message names. Null where nothing is left to show.
 */
export function excerptOf(line: string, column: number, key: null | string): null | string {
  if (line.length > LONGEST) return null
  let text = ''
  let caret: null | number = null
  let field = ''
  for (const {0: part, index} of line.matchAll(PARTS)) {
    const isKey = /^\s*:(?:\s|$)/.test(line.slice(index + part.length))
    const isAt = index <= column - 1 && column - 1 < index + part.length
    const told = tell(part, {field, key: isAt ? key : null, isKey})
    if (isKey) field = part
    else if (part === ',' || part === '{') field = ''
    const isRepeated = told === HIDDEN && text.trimEnd().endsWith(HIDDEN)
    if (isAt) caret = isRepeated ? text.lastIndexOf(HIDDEN) : text.length
    if (isRepeated) text = text.trimEnd()
    else text += told
  }

  if (text.replaceAll(/[\s…]/g, '') === '') return null
  return drawn(text.trimEnd(), caret ?? text.trimEnd().length)
}

function tell(part: string, {field, isKey, key}: {field: string; isKey: boolean; key: null | string}): string {
  if (SIGN.test(part)) return /\s/.test(part) ? ' ' : part
  if (part.startsWith('#')) return ''
  const word = part.replaceAll(/^["']|["']$/g, '')
  if (isKey) return fieldNames().has(word) || word === key ? visible(part) : HIDDEN
  const isKind = field === 'kind' && (consumerKinds.has(word) || probeKinds.has(word))
  return isKind || (numbers.has(field) && NUMBER.test(word)) ? part : HIDDEN
}

/** Short enough for 60 columns: a caret on another row points to nothing. */
function drawn(text: string, caret: number): string {
  const line = text.trimStart()
  const at = Math.max(0, caret - (text.length - line.length))
  const start = line.length <= 2 * AROUND ? 0 : Math.max(0, at - AROUND)
  return `| ${line.slice(start, Math.max(start + 2 * AROUND, at))}\n| ${' '.repeat(at - start)}^`
}
