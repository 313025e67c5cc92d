import type {Styles} from './styles.js'
import {padded, widthOf} from '../text/width.js'

const GAP = '  '

/** As the tables of heroku: a head, a rule, and no frame. A cell may have several lines. Null where the terminal is too narrow. `columns` is Infinity for a pipe. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], columns: number, {dim, glyphs, heading}: Styles): null | string {
  const lines = rows.flatMap(row => linesOf(row))
  const widths = head.map((title, column) => Math.max(widthOf(title), ...lines.map(cells => widthOf(cells[column] ?? ''))))
  const whole = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1)
  if (whole + 2 > columns) return null
  const line = (cells: readonly string[]) => ` ${widths.map((width, column) => padded(cells[column] ?? '', width)).join(GAP)}`.trimEnd()
  return [line(head.map(title => heading(title))), dim(` ${glyphs.rule.repeat(whole)}`), ...lines.map(cells => line(cells))].join('\n')
}

function linesOf(row: readonly string[]): string[][] {
  const cells = row.map(cell => cell.split('\n'))
  return Array.from({length: Math.max(...cells.map(({length}) => length))}, (_, at) => cells.map(lines => lines[at] ?? ''))
}
