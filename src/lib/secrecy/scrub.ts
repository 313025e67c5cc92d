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
  return shortened(clean.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim())
}

/** For the output of a program: hides whatever could be a secret. */
export function scrub(output: string, known: Known): string {
  const clean = filterOf(known).clean(stripVTControlCharacters(output))
  const lines = clean.trim().replaceAll(/[^\S\n]+|(?!\n)\p{Cc}/gu, ' ').replaceAll(/ *\n[\n ]*/g, '\n')
  let text = lines.length > LOOKED_AT ? lines.slice(0, LOOKED_AT).replace(/[\w+-]*$/, '') : lines
  for (const shape of SUSPECT) text = text.replaceAll(shape, HIDDEN)
  return shortened(text.replaceAll('\n', ' ').trim())
}

const shortened = (line: string) => (line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line)

function filterOf(known: Known): Filter {
  const filter = new Filter()
  for (const secret of known) filter.add(secret)
  return filter
}
