/** No rotation file comes near either. */
const MOST_LEVELS = 50
const MOST_COLUMNS = 200

const COMPACT = new RegExp(String.raw`(?:[-?:](?:[ \t]+[!&][^\s]*)*[ \t]+){${MOST_LEVELS}}`)
const INDENTED = new RegExp(`^[ \\t]{${MOST_COLUMNS},}[^\\s]`, 'm')

/** Looks before the parser does, which takes hours, or all memory, over a megabyte of brackets or dashes. Brackets in quotes count too. */
export function isTooDeep(text: string): boolean {
  if (COMPACT.test(text) || INDENTED.test(text)) return true
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > MOST_LEVELS) return true
  }

  return false
}
