const MARK = '\uFEFF'

/** The written text with the byte order mark and the line ends of the text before; a new line ends as the line above it. */
export function endingAs(before: string, written: string): string {
  const mark = before.startsWith(MARK) ? MARK : ''
  const known = before.slice(mark.length).split('\n')
  const endOf = (line: string | undefined) => (line?.endsWith('\r') ? '\r' : '')
  let next = 0
  let end = endOf(known[0])
  const lines = written.replaceAll('\r\n', '\n').split('\n').map(line => {
    const at = known.findIndex((other, index) => index >= next && (other === line || other === `${line}\r`))
    if (at !== -1) {
      end = endOf(known[at])
      next = at + 1
    }

    return `${line}${end}`
  })
  return `${mark}${lines.join('\n').replace(/\r$/, '')}`
}
