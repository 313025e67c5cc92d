import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Columns that a terminal needs for the text. Plain letters take one each, and are counted at once: plans and progress measure thousands of texts. */
export const widthOf = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text))

/** Rows that the text takes on a terminal, which folds what is wider. */
export const heightOf = (text: string, columns: number): number => text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)

/** Longer lines of prose are hard to read; a pipe has no width. */
export const proseWidth = (columns: number): number => (Number.isFinite(columns) ? Math.min(columns, 100) : columns)

/** Breaks the text for a terminal; a pipe, whose width is Infinity, gets its lines whole. */
export const wrapped = (text: string, columns: number): string => (Number.isFinite(columns) ? wrapAnsi(text, columns) : text)

export const indented = (text: string, indent: string, columns: number): string => wrapped(text, Math.max(20, columns - indent.length)).replaceAll(/^/gm, indent)

/** Cuts the end off where the text is wider than that. */
export function fit(text: string, width: number, dots: string): string {
  return widthOf(text) <= width ? text : `${head(text, Math.max(0, width - widthOf(dots)))}${dots}`
}

/** Cuts the middle out: names that are alike differ at their ends. */
export function fitName(name: string, width: number, dots: string): string {
  if (widthOf(name) <= width) return name
  const left = Math.max(0, width - widthOf(dots))
  const start = head(name, Math.ceil(left / 2))
  return `${start}${dots}${tail(name, left - widthOf(start))}`
}

export const padded = (text: string, width: number): string => `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`

const head = (text: string, width: number) => taken(lettersOf(text), width).join('')

const tail = (text: string, width: number) => taken(lettersOf(text).reverse(), width).reverse().join('')

const lettersOf = (text: string) => [...new Intl.Segmenter('en').segment(text)].map(({segment}) => segment)

function taken(all: readonly string[], width: number): string[] {
  let used = 0
  const end = all.findIndex(letter => {
    used += widthOf(letter)
    return used > width
  })
  return all.slice(0, end === -1 ? undefined : end)
}
