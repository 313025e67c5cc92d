import {type Format, lineAt, type Quote, quotedIn, type Spot, Unclear} from './format.js'

const NAME = /[ \t]*(?:export[ \t]+)?(?<key>[\w.-]+)[ \t]*(?:=|:(?=[ \t]))[ \t]*/y
/** A quote that is not closed before nothing but a comment is taken for an ordinary character by who reads the file. */
const QUOTED = /(?<value>'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)[ \t]*(?:#[^\n]*)?(?=\r?(?:\n|$))/y
const BARE = /[^\n]*/y

/** The readers of these files differ in what they expand and in which escapes they know: neither is held. */
const holds: Readonly<Record<Quote, RegExp>> = {
  '': /^(?:[!%&(-[\]-_a-~](?:[ !%&(-[\]-_a-~]*[!%&(-[\]-_a-~])?)?$/,
  '"': /^[ -~]*$/,
  '\'': /^[ -~]*$/,
}
const EXPANDED = /["$'\\`]/

export const dotenv: Format = {
  counts: 'last',
  find(text, key) {
    const spots: Spot[] = []
    let position = 0
    while (position < text.length) {
      const name = match(NAME, text, position)
      if (!name) {
        position = afterLine(text, position)
        continue
      }

      const from = position + name[0].length
      const quoted = match(QUOTED, text, from)
      if (name.groups?.['key'] === key) spots.push(spotAt(text, from, quoted?.groups?.['value'] ?? null))
      position = afterLine(text, from + (quoted?.[0].length ?? 0))
    }

    return spots
  },
  lineFor(key, value) {
    const written = this.quoted(value, '')
    return written === null ? null : `${key}=${written}`
  },
  quoted: (value, quote) => (EXPANDED.test(value) ? null : quotedIn(holds, value, quote)),
}

function spotAt(text: string, from: number, quoted: null | string): Spot {
  const line = lineAt(text, from)
  const raw = quoted ?? bareAt(text, from, line)
  const quote = quoted === null ? '' : quoteOf(raw.charAt(0))
  if (quote === null) throw new Unclear(line, 'is in backticks')
  const value = quote === '' ? raw : raw.slice(1, -1)
  if (EXPANDED.test(value)) throw new Unclear(line, 'has $, a quote or a backslash in its value, which is read differently by different readers')
  if (!holds[quote].test(value)) throw new Unclear(line, 'has a value that is not one line of plain characters')
  return {from, line, quote, to: from + raw.length, value}
}

function bareAt(text: string, from: number, line: number): string {
  const rest = match(BARE, text, from)?.[0] ?? ''
  const comment = rest.indexOf('#')
  const value = comment === -1 ? rest : rest.slice(0, comment)
  if (comment > 0 && value.trimEnd() === value) throw new Unclear(line, 'has # in its value, which some readers take for a comment')
  return value.trimEnd()
}

function quoteOf(character: string): null | Quote {
  return character === '\'' || character === '"' ? character : null
}

function match(pattern: RegExp, text: string, position: number): null | RegExpExecArray {
  const here = new RegExp(pattern)
  here.lastIndex = position
  return here.exec(text)
}

function afterLine(text: string, position: number): number {
  const end = text.indexOf('\n', position)
  return end === -1 ? text.length : end + 1
}
