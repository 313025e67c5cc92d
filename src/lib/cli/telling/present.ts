import type {Styles} from '../../output/styles.js'
import {heightOf} from '../../text/width.js'

/** Shows what somebody is asked to agree to. An argument may be long enough to push the rest of it off the screen; `again` is said once more then. */
export function present(text: string, {columns, styles}: {columns: number; styles: Styles}, again = ''): void {
  process.stderr.write(`${text}\n`)
  const height = heightOf(text.trimEnd(), columns)
  if (height > (process.stderr.rows ?? height)) process.stderr.write(`${styles.warn(`These are ${height} lines, more than your screen has. Scroll up to read all of them.`)}\n${again}\n`)
}
