/** An order to the runner of GitHub Actions; it reads them in both streams, each on a line of its own. */
export function annotation(level: 'error' | 'warning', text: string, properties: Readonly<Record<string, string>> = {}): string {
  const said = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`).join(',')
  return `::${level}${said === '' ? '' : ` ${said}`}::${data(text)}\n`
}

/** Escapes as @actions/core does. */
const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
