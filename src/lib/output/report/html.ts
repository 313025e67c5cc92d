import type {Report} from './rotation-report.js'

const names: Record<string, string> = {'"': '&quot;', '&': '&amp;', '\'': '&#39;', '<': '&lt;', '>': '&gt;'}
const escaped = (text: string) => text.replaceAll(/["&'<>]/g, character => names[character] ?? '')

const STYLE = [
  'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1f2328}',
  'table{border-collapse:collapse;width:100%}td,th{border:1px solid #d0d7de;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}',
  'th{background:#f6f8fa}h2{margin-top:2rem}@media print{body{margin:0}}',
].join('')

/** One page that loads nothing; its policy forbids scripts, should an escape ever be missing. */
export function html({sections, title}: Report): string {
  const cells = (all: readonly string[], tag: 'td' | 'th') => all.map(cell => `<${tag}>${escaped(cell)}</${tag}>`).join('')
  const body = sections.flatMap(({head, name, rows, text}) => [
    `<h2>${escaped(name)}</h2>`,
    ...(rows.length > 0 ? ['<table>', ...(head.length > 0 ? [`<tr>${cells(head, 'th')}</tr>`] : []), ...rows.map(each => `<tr>${cells(each, 'td')}</tr>`), '</table>'] : []),
    ...text.map(line => `<p>${escaped(line)}</p>`),
  ])
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
