import {stripVTControlCharacters} from 'node:util'
import type {Secret} from './secret.js'
import {Filter} from './filter.js'
import {HEROKU_TOKEN, SUSPECT} from './shapes.js'

type Known = readonly (null | Secret | undefined)[]

const LONGEST = 200
const LOOKED_AT = 1000
const HIDDEN = '[hidden]'

export function holdsAny(text: string, known: Known): boolean {
  return filterOf(known).clean(text) !== text
}

/** For the words of a server: hides known secrets and Heroku tokens. */
export function quote(said: string, known: Known): string {
  const text = stripVTControlCharacters(said).replace(/\n\s+at .*$/s, '')
  const clean = filterOf(known).clean(text).replaceAll(new RegExp(HEROKU_TOKEN, 'g'), HIDDEN)
  const line = clean.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

/** For a value of an answer, as JSON on one line: hides whatever could be a secret. */
export function scrub(json: string): string {
  const line = stripVTControlCharacters(json).trim().replaceAll(/\s+|\p{Cc}/gu, ' ')
  let text = line.length > LOOKED_AT ? line.slice(0, LOOKED_AT).replace(/[\w+-]*$/, '') : line
  for (const shape of SUSPECT) text = text.replaceAll(shape, HIDDEN)
  return text.trim()
}

function filterOf(known: Known): Filter {
  const filter = new Filter()
  for (const secret of known) filter.add(secret)
  return filter
}
