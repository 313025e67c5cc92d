import type {Report} from './rotation-report.js'
import {visible} from '../../text/shown.js'

/** Nothing in a name becomes a heading, a link, a table cell or HTML. */
const escaped = (text: string) => visible(text)
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  .replaceAll(/[\\`*[\]|~$@]|(?<!\w)_|_(?!\w)|:(?=\/\/)|(?<=www)\./g, character => `&#${character.codePointAt(0)};`)

const row = (cells: readonly string[]) => `| ${cells.map(cell => escaped(cell)).join(' | ')} |`

export function markdown({sections, title}: Report): string {
  return [
    `# ${escaped(title)}`,
    ...sections.flatMap(({head, name, rows, text}) => {
      const [first] = rows
      const heads = head.length > 0 ? head : (first ?? []).map(() => '')
      const table = first ? ['', `| ${heads.join(' | ')} |`, `|${heads.map(() => '---|').join('')}`, ...rows.map(cells => row(cells))] : []
      return ['', `## ${name}`, ...table, ...text.flatMap(line => ['', escaped(line)])]
    }),
    '',
  ].join('\n')
}
