import Table from 'cli-table3'

/** Null where the terminal is too narrow, because names cut in two cannot be read. `columns` is Infinity for a pipe. */
export function table(head: readonly string[], rows: readonly string[][], columns: number): null | string {
  const made = new Table({head: [...head], style: {border: [], compact: true, head: []}})
  made.push(...rows)
  const text = made.toString()
  return text.slice(0, text.indexOf('\n')).length > columns ? null : text
}
