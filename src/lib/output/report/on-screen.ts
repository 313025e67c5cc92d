import type {Styles} from '../styles.js'
import type {Report} from './rotation-report.js'
import {indented, padded, proseWidth, widthOf} from '../../text/width.js'
import {table} from '../table.js'

/** The page for auditors, as a terminal or a pipe shows it. */
export function onScreen({sections, title}: Report, columns: number, styles: Styles): string {
  const prose = (text: string, indent = '  ') => indented(text, indent, proseWidth(columns))
  return [
    styles.heading(title),
    ...sections.filter(({rows, text}) => rows.length + text.length > 0).flatMap(({head, name, rows, text}) => {
      const width = Math.max(0, ...rows.map(([what = '']) => widthOf(what)))
      const listed = rows.map(([what = '', ...cells]) => {
        const told = cells.filter(cell => cell !== '').join(', ')
        return width + 4 > columns / 2 ? `${prose(what)}\n${prose(told, '    ')}` : prose(told, ' '.repeat(width + 4)).replace(/^ +/, `  ${padded(what, width)}  `)
      })
      return ['', styles.heading(name), ...(rows.length === 0 ? [] : [(head.length === 0 ? null : table(head, rows, columns, styles)) ?? listed.join('\n')]), ...text.map(line => prose(line))]
    }),
    '',
  ].join('\n')
}
