import {type Format, lineAt, type Quote, quotedIn, type Spot, Unclear} from './format.js'
import {ShellWords} from './shell-words.js'

const DECLARATIONS = new Set(['declare', 'export', 'local', 'readonly', 'typeset'])
/** After these a command begins as it does at the start of a line. */
const LEADING = new Set(['!', '{', '}', 'builtin', 'command', 'do', 'elif', 'else', 'if', 'then', 'time', 'until', 'while'])
/** What sets a variable in fish and csh. */
const FOREIGN = new Set(['set', 'setenv'])

const holds: Readonly<Record<Quote, RegExp>> = {
  '': /^[\w%+,./:=@-]*$/,
  '"': /^[ !#%-[\]^_a-~]*$/,
  '\'': /^[ -&(-~]*$/,
}

type Place = 'arguments' | 'declaration' | 'foreign' | 'start'
type Document = {delimiter: string; stripsTabs: boolean}

/** The start-up files of sh, bash, zsh and ksh. They are read, never run. */
export const shell: Format = {
  counts: 'last',
  find: (text, key) => new Reader(text, key).spots(),
  lineFor(key, value) {
    const written = this.quoted(value, '')
    return written === null ? null : `export ${key}=${written}`
  },
  quoted: (value, quote) => quotedIn(holds, value, quote),
}

class Reader {
  readonly #key: string
  readonly #spots: Spot[] = []
  readonly #words: ShellWords
  #documents: Document[] = []
  #place: Place = 'start'

  constructor(text: string, key: string) {
    this.#words = new ShellWords(text)
    this.#key = key
  }

  spots(): Spot[] {
    let position = 0
    while (position < this.#words.text.length) position = this.#next(position)
    if (this.#documents.length > 0) throw new Unclear(lineAt(this.#words.text, position), 'ends within a here-document')
    return this.#spots
  }

  #next(position: number): number {
    const words = this.#words
    const character = words.at(position)
    if (character === '\n') return this.#newline(position + 1)
    if (character === ' ' || character === '\t' || words.isLineEnd(position)) return position + 1
    if (character === '\\' && words.isLineEnd(position + 1)) return words.piece(position)
    if (character === '#' && (position === 0 || /[\s;&|]/.test(words.at(position - 1)))) return words.lineEnd(position)
    if (character === '<' && words.at(position + 1) === '<') return this.#redirection(position + 2)
    if (character === '(' && words.at(position + 1) === '(' && this.#place === 'start') return words.parentheses(position)
    if (/[;&|()]/.test(character)) {
      this.#place = 'start'
      return position + 1
    }

    if (character === '<' || character === '>') return position + 1
    const end = words.word(position)
    this.#word(position, end)
    return end
  }

  #newline(position: number): number {
    this.#place = 'start'
    let after = position
    for (const {delimiter, stripsTabs} of this.#documents) after = this.#words.hereDocument(after, delimiter, stripsTabs)
    this.#documents = []
    return after
  }

  #redirection(position: number): number {
    const words = this.#words
    // A here-string is an ordinary word.
    if (words.at(position) === '<') return position + 1
    const stripsTabs = words.at(position) === '-'
    let start = stripsTabs ? position + 1 : position
    while (words.at(start) === ' ' || words.at(start) === '\t') start++
    const end = words.word(start)
    this.#documents.push({delimiter: words.text.slice(start, end).replaceAll(/["'\\]/g, ''), stripsTabs})
    return end
  }

  #word(from: number, to: number): void {
    const word = this.#words.text.slice(from, to)
    if (this.#place === 'foreign' && word === this.#key) throw this.#unclear(from, 'sets it in the way of another shell')
    // The body of a function may begin on the line of its name.
    if (word === '{') this.#place = 'start'
    if (this.#place !== 'start' && this.#place !== 'declaration') return
    const assigned = /^(?<key>[A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/.exec(word)
    if (assigned) {
      if (assigned.groups?.['key'] === this.#key) this.#spots.push(this.#spot(from, to, assigned[0]))
      return
    }

    if (this.#place === 'declaration' || LEADING.has(word)) return
    if (DECLARATIONS.has(word)) this.#place = 'declaration'
    else this.#place = FOREIGN.has(word) ? 'foreign' : 'arguments'
  }

  #spot(start: number, to: number, assignment: string): Spot {
    if (assignment !== `${this.#key}=` || this.#words.at(to) === '(') throw this.#unclear(start, 'adds to it, or makes a list of it')
    const from = start + assignment.length
    const raw = this.#words.text.slice(from, to)
    const first = raw.charAt(0)
    const quote = first === '"' || first === '\'' ? first : ''
    const value = quote === '' ? raw : raw.slice(1, -1)
    const isClosed = quote === '' || (raw.length > 1 && raw.endsWith(quote))
    if (!isClosed || !holds[quote].test(value)) throw this.#unclear(start, 'computes its value, or quotes it in more than one way')
    return {from, line: lineAt(this.#words.text, start), quote, to, value}
  }

  #unclear(position: number, why: string): Unclear {
    return new Unclear(lineAt(this.#words.text, position), why)
  }
}
