/** A character, and the parameters of the colours and weights that it has. */
export type Cell = {character: string; style: string}

/**
 * What a terminal of that width shows after `received`: enough of a VT100 for progress lines and prompts.
 *
 * Rows that scrolled out of view are kept, so the text is all that a person could have read.
 */
export function renderScreen(received: string, columns: number): string {
  const screen = emptyScreen(columns)
  screen.write(received)
  return screen.text()
}

export function renderCells(received: string, columns: number): Cell[][] {
  const screen = emptyScreen(columns)
  screen.write(received)
  return screen.cells()
}

// eslint-disable-next-line no-control-regex
const sequences = /\u001B\[([\d;?<=>]*)[ -/]*([@-~])|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B[@-Z\\^_=>78]|[\s\S]/gu
// eslint-disable-next-line no-control-regex
const begun = /\u001B(?:\[[\d;?<=>]*[ -/]*|\][^\u0007\u001B]*\u001B?)?$/u

/** Draws what it is given, piece by piece: a piece may end within a control sequence. */
export function emptyScreen(columns: number) {
  const blank: Cell = {character: ' ', style: ''}
  const rows: Cell[][] = [[]]
  let style = ''
  let x = 0
  let y = 0
  let held = ''
  let shown: null | string = null

  const row = (index: number) => {
    while (rows.length <= index) rows.push([])
    return rows[index] ?? []
  }

  const put = (character: string) => {
    if (x >= columns) {
      x = 0
      y++
    }

    const cells = row(y)
    while (cells.length < x) cells.push(blank)
    cells[x] = {character, style}
    x++
  }

  const control: Record<string, (amount: number, given: number) => void> = {
    A(amount) {
      y = Math.max(0, y - amount)
    },
    B(amount) {
      y += amount
    },
    C(amount) {
      x = Math.min(columns - 1, x + amount)
    },
    D(amount) {
      x = Math.max(0, x - amount)
    },
    E(amount) {
      x = 0
      y += amount
    },
    F(amount) {
      x = 0
      y = Math.max(0, y - amount)
    },
    G(amount) {
      x = amount - 1
    },
    J(_, given) {
      if (given === 0) rows.splice(y + 1)
      if (given === 0) row(y).splice(x)
      if (given > 1) rows.splice(0)
    },
    K(_, given) {
      if (given === 0) row(y).splice(x)
      if (given === 1) row(y).fill(blank, 0, x + 1)
      if (given === 2) row(y).splice(0)
    },
  }

  function write(received: string): void {
    shown = null
    const given = held + received
    held = begun.exec(given)?.[0] ?? ''
    for (const [text, parameters = '', final] of given.slice(0, given.length - held.length).matchAll(sequences)) {
      if (final === 'm') style = styleAfter(style, parameters)
      else if (final) {
        const amount = Number.parseInt(parameters, 10)
        control[final]?.(amount || 1, amount || 0)
      } else switch (text) {
      case '\n': {
        y++
        break
      }

      case '\r': {
        x = 0
        break
      }

      case '\b': {
        x = Math.max(0, x - 1)
        break
      }

      default: if (text >= ' ' && text !== '\u007F') put(text)
      }
    }
  }

  const cells = () => rows.map(cells => Array.from(cells, cell => cell ?? blank))
  const text = () => {
    shown ??= cells().map(cells => cells.map(({character}) => character).join('').trimEnd()).join('\n').trimEnd()
    return shown
  }

  return {cells, text, write}
}

/** Keeps what is switched on, in the order in which that was done; `0` and what ends a colour or a weight take it off. */
function styleAfter(style: string, parameters: string): string {
  if (parameters === '' || parameters === '0') return ''
  const isColor = (each: string) => /^(?:3|9)\d/.test(each)
  const on = style.split(' ').filter(Boolean)
  if (parameters === '39') return on.filter(each => !isColor(each)).join(' ')
  if (parameters === '22') return on.filter(each => each !== '1' && each !== '2').join(' ')
  if (/^(?:2[3-9]|49|59)$/.test(parameters)) return style
  return [...on.filter(each => !isColor(each) || !isColor(parameters)), parameters].join(' ')
}
