import type {Cell} from '../test/support/screen.js'

/** Rows of a terminal, and how long they are shown. */
export type Frame = {rows: readonly Cell[][]; seconds: number}

const WIDTH = 8.4
const HEIGHT = 18
const PADDING = 14
/** A wait is told by a few seconds of it, and the last frame stays long enough to be read. */
const LONGEST = 1.5
const LAST = 6

const colors: Record<string, string> = {
  31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#76e3ea', 90: '#8b949e', 91: '#ff7b72', 92: '#7ee787', 93: '#e3b341', 94: '#79c0ff', 95: '#d2a8ff', 96: '#76e3ea',
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function attributes(style: string): string {
  const on = style.split(' ')
  const color = on.map(each => colors[each] ?? (each.startsWith('38;') ? '#d2a8ff' : undefined)).find(each => each !== undefined)
  return `${color === undefined ? '' : ` fill="${color}"`}${on.includes('1') ? ' font-weight="bold"' : ''}${on.includes('2') ? ' opacity=".7"' : ''}`
}

/** One `<tspan>` for each run of one style; each begins at its own column, so that no font moves the rest. */
function rowText(cells: readonly Cell[]): string {
  const runs: {at: number; style: string; text: string}[] = []
  for (const [at, {character, style}] of cells.entries()) {
    const last = runs.at(-1)
    if (last?.style === style) last.text += character
    else runs.push({at, style, text: character})
  }

  return runs.filter(({text}) => text.trim() !== '').map(({at, style, text}) => {
    const start = text.length - text.trimStart().length
    const shown = text.trim()
    return `<tspan x="${round((at + start) * WIDTH)}" textLength="${round(shown.length * WIDTH)}"${attributes(style)}>${escaped(shown)}</tspan>`
  }).join('')
}

const round = (number: number) => Math.round(number * 100) / 100

/** Draws the frames as an SVG that plays them by its own style sheet, without a script; who wants less motion sees the last one. */
export function picture(frames: readonly Frame[], {columns, rows}: {columns: number; rows: number}): string {
  const ids = new Map<string, string>()
  const idOf = (cells: readonly Cell[]) => {
    const text = rowText(cells)
    const id = ids.get(text) ?? `r${ids.size}`
    ids.set(text, id)
    return text === '' ? null : id
  }

  const drawn: {seconds: number; uses: string}[] = []
  for (const {rows: shown, seconds} of frames) {
    const uses = shown.map((cells, index) => {
      const id = idOf(cells)
      return id === null ? '' : `<use href="#${id}" y="${(index + 1) * HEIGHT}"/>`
    }).join('')
    const last = drawn.at(-1)
    if (last?.uses === uses) last.seconds = Math.min(LONGEST, last.seconds + seconds)
    else drawn.push({seconds: Math.min(LONGEST, seconds), uses})
  }

  const ending = drawn.at(-1)
  if (ending) ending.seconds = LAST
  const whole = drawn.reduce((sum, {seconds}) => sum + seconds, 0)
  let now = 0
  const styles = drawn.map(({seconds}, index) => {
    const from = round(now / whole * 100)
    now += seconds
    const to = round(now / whole * 100)
    const before = from === 0 ? '' : '0%{visibility:hidden}'
    const after = to >= 100 ? '100%{visibility:visible}' : `${to}%{visibility:hidden}100%{visibility:hidden}`
    return `@keyframes f${index}{${before}${from}%{visibility:visible}${after}}#f${index}{animation:f${index} ${round(whole)}s step-end infinite}`
  })
  const [width, height] = [columns * WIDTH + PADDING * 2, (rows + 0.5) * HEIGHT + PADDING * 2].map(size => Math.ceil(size))
  const texts = [...ids].filter(([text]) => text !== '').map(([text, id]) => `<text id="${id}">${text}</text>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>A rotation: the plan, the question, the progress and the summary</title>',
    '<style>',
    'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}',
    '.frame{visibility:hidden}',
    ...styles,
    `@media (prefers-reduced-motion:reduce){.frame{animation:none!important}#f${drawn.length - 1}{visibility:visible}}`,
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<defs>${texts.join('\n')}</defs>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    ...drawn.map(({uses}, index) => `<g class="frame" id="f${index}">${uses}</g>`),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}
