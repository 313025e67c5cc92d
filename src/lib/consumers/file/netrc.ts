import {type Format, lineAt, type Quote, quotedIn, type Spot, Unclear} from './format.js'

const WORD = /"(?:\\.|[^"\\])*"|[^\s"]\S*|"\S*/g
const TAKES_VALUE = new Set(['account', 'login', 'machine', 'password'])

const holds: Readonly<Record<Quote, RegExp>> = {
  '': /^[!$-&(-[\]-_a-~]+$/,
  '"': /^[ !#-&(-[\]-_a-~]*$/,
  '\'': /^(?!)/, // no quotes in a netrc
}

type Word = {from: number; text: string}

/** The passwords of a machine; its login and account stay as they are. */
export const netrc: Format = {
  counts: 'first',
  find(text, machine) {
    const spots: Spot[] = []
    let current: null | string = null
    for (const {keyword, value} of entriesOf(text)) {
      if (keyword === 'machine') current = value.text
      else if (keyword === 'default') current = null
      else if (keyword === 'password' && current === machine) spots.push(spotAt(text, value))
    }

    return spots
  },
  // A machine without its login is of no use, and who logs in is not known here.
  lineFor: () => null,
  quoted: (value, quote) => quotedIn(holds, value, quote),
}

function spotAt(text: string, {from, text: raw}: Word): Spot {
  const line = lineAt(text, from)
  const quote = raw.startsWith('"') ? '"' : ''
  const value = quote === '' ? raw : raw.slice(1, -1)
  const isClosed = quote === '' || (raw.length > 1 && raw.endsWith('"'))
  if (!isClosed || !holds[quote].test(value)) throw new Unclear(line, 'has a password with quotes, # or a backslash in it')
  return {from, line, quote, to: from + raw.length, value}
}

function entriesOf(text: string): {keyword: string; value: Word}[] {
  const entries: {keyword: string; value: Word}[] = []
  let keyword: null | string = null
  for (const word of wordsOf(text)) {
    if (keyword !== null) {
      entries.push({keyword, value: word})
      keyword = null
    } else if (word.text === 'default') entries.push({keyword: 'default', value: word})
    else if (TAKES_VALUE.has(word.text)) keyword = word.text
  }

  return entries
}

/** Without comments and macros: a macro goes on to the next empty line. */
function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let isMacro = false
  let start = 0
  for (const line of text.split(/(?<=\n)/)) {
    if (isMacro) isMacro = line.trim() !== ''
    else {
      for (const found of line.matchAll(WORD)) {
        const [word] = found
        const isValue = TAKES_VALUE.has(words.at(-1)?.text ?? '')
        if (!isValue && word.startsWith('#')) break
        isMacro = !isValue && word === 'macdef'
        if (isMacro) break
        words.push({from: start + found.index, text: word})
      }
    }

    start += line.length
  }

  return words
}
