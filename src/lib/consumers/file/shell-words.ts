import {lineAt, Unclear} from './format.js'

/** Past what a shell reads as one piece, without running any of it. */
export class ShellWords {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  at(position: number): string {
    return this.text.charAt(position)
  }

  /** Whether the line ends here: a carriage return belongs to its newline. */
  isLineEnd(position: number): boolean {
    return this.at(position) === '\n' || (this.at(position) === '\r' && this.at(position + 1) === '\n')
  }

  /** From within a word to the end of it. */
  word(start: number): number {
    let position = start
    while (position < this.text.length && !/[ \t\n;&|()<>]/.test(this.at(position)) && !this.isLineEnd(position)) position = this.piece(position)
    return position
  }

  /** A quotation, a substitution, an escape, or a single character. */
  piece(position: number): number {
    switch (this.at(position)) {
    case '"': return this.#double(position)
    case '$': return this.#dollar(position, true)
    case '\'': return this.#until(position, '\'', false)
    case '\\': return this.at(position + 1) === '\r' ? position + 3 : position + 2
    case '`': return this.#until(position, '`', true)
    default: return position + 1
    }
  }

  /** From an opening parenthesis to after the one that closes it. */
  parentheses(start: number): number {
    let position = start + 1
    while (position < this.text.length) {
      const character = this.at(position)
      if (character === ')') return position + 1
      if (character === '(') position = this.parentheses(position)
      else if (character === '#' && /\s/.test(this.at(position - 1))) position = this.lineEnd(position)
      else position = this.piece(position)
    }

    throw this.#open(start)
  }

  lineEnd(position: number): number {
    const end = this.text.indexOf('\n', position)
    return end === -1 ? this.text.length : end
  }

  /** Past the lines of a here-document, the next of which starts at `start`. */
  hereDocument(start: number, delimiter: string, stripsTabs: boolean): number {
    let position = start
    while (position < this.text.length) {
      const end = this.lineEnd(position)
      const line = this.text.slice(position, end).replace(/\r$/, '')
      position = end + 1
      if ((stripsTabs ? line.replace(/^\t+/, '') : line) === delimiter) return Math.min(position, this.text.length)
    }

    throw this.#open(start - 1)
  }

  #until(start: number, closing: string, escapes: boolean): number {
    let position = start + 1
    while (position < this.text.length) {
      const character = this.at(position)
      if (character === closing) return position + 1
      position += escapes && character === '\\' ? 2 : 1
    }

    throw this.#open(start)
  }

  #double(start: number): number {
    let position = start + 1
    while (position < this.text.length) {
      if (this.at(position) === '"') return position + 1
      position = this.#inDouble(position)
    }

    throw this.#open(start)
  }

  #inDouble(position: number): number {
    switch (this.at(position)) {
    case '$': return this.#dollar(position, false)
    case '\\': return position + 2
    case '`': return this.#until(position, '`', true)
    default: return position + 1
    }
  }

  #dollar(position: number, quotes: boolean): number {
    switch (this.at(position + 1)) {
    case '\'': return quotes ? this.#until(position + 1, '\'', true) : position + 1
    case '(': return this.parentheses(position + 1)
    case '{': return this.#braces(position + 1, quotes)
    default: return position + 1
    }
  }

  /** Within double quotes a single one is an ordinary character here too. */
  #braces(start: number, quotes: boolean): number {
    let position = start + 1
    while (position < this.text.length) {
      const character = this.at(position)
      if (character === '}') return position + 1
      position = character === '\'' && !quotes ? position + 1 : this.piece(position)
    }

    throw this.#open(start)
  }

  #open(position: number): Unclear {
    return new Unclear(lineAt(this.text, position), 'opens something that is closed nowhere')
  }
}
