import type {IBufferCell} from '@xterm/headless'

import * as headless from '@xterm/headless'

export type Emulator = {
  /** All rows that a person could have read, those above the screen included; with marks where a colour begins and ends. */
  lines(isColoured?: boolean): string[]
  write(text: string): Promise<void>
}

/** A package of CommonJS: an import shows it as a whole, and mocha by its names. */
const {Terminal}: typeof headless = Reflect.get(headless, 'default') ?? headless

const COLOURS = new Map([[1, 'red'], [2, 'green'], [3, 'yellow'], [4, 'blue'], [5, 'magenta'], [6, 'cyan'], [104, 'heroku']])

/** A real terminal without a window. */
export function emulator(columns: number, rows: number): Emulator {
  const terminal = new Terminal({allowProposedApi: true, cols: columns, convertEol: true, rows, scrollback: 1000})
  const line = (at: number, isColoured: boolean) => {
    const buffer = terminal.buffer.active.getLine(at)
    const text = buffer?.translateToString(true) ?? ''
    if (!buffer || !isColoured) return text
    let [style, marked] = ['', '']
    for (let x = 0; x < columns; x++) {
      const cell = buffer.getCell(x)
      const next = cell && cell.getChars() !== '' ? styleOf(cell) : ''
      if (next !== style) marked += `${style === '' ? '' : '}'}${next === '' ? '' : `{${next}:`}`
      style = next
      marked += cell?.getChars() ?? ''
      if (cell?.getChars() === '' && cell.getWidth() > 0) marked += ' '
    }

    return `${marked}${style === '' ? '' : '}'}`.trimEnd()
  }

  return {
    lines(isColoured = false) {
      const all = Array.from({length: terminal.buffer.active.length}, (_, at) => line(at, isColoured))
      return all.slice(0, 1 + all.findLastIndex(text => text !== ''))
    },
    write: text => new Promise(resolve => {
      terminal.write(text, resolve)
    }),
  }
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgDefault() ? '' : (COLOURS.get(cell.getFgColor()) ?? String(cell.getFgColor()))
  return [cell.isBold() ? 'bold' : '', cell.isDim() ? 'dim' : '', colour].filter(Boolean).join(' ')
}
