import {unsatisfiableRange} from './api-error.js'

/** The attributes a collection can be ordered by; the first one is the default. */
export type Orderings<T> = readonly [name: string, of: (item: T) => number | string][]

export type Page<T> = {headers: Record<string, string>; items: T[]; status: 200 | 206}

const defaultMax = 200
const greatestMax = 1000
const syntax = /^([\w-]+)\s+(\]?)([^.;]*)\.\.([^;[]*)(\[?)\s*(?:;\s*(.*))?$/

/** One page of a collection, as `Range: <attribute> [start]..[end]; max=N, order=desc` asks for. */
export function page<T>(items: readonly T[], range: string | undefined, orderings: Orderings<T>, pageMax = greatestMax): Page<T> {
  const wanted = parse(range ?? '', orderings)
  const asked = {...wanted, max: Math.min(wanted.max, pageMax)}
  const direction = asked.descending ? -1 : 1
  const from = asked.start === '' ? undefined : asked.start
  const to = asked.end === '' ? undefined : asked.end
  const within = items
    .map(item => ({item, value: asked.of(item)}))
    .sort((a, b) => direction * compare(a.value, b.value))
    .filter(({value}) => {
      const fromStart = from === undefined ? 1 : direction * compare(value, from)
      const toEnd = to === undefined ? 1 : direction * compare(to, value)
      return (asked.startExcluded ? fromStart > 0 : fromStart >= 0) && (asked.endExcluded ? toEnd > 0 : toEnd >= 0)
    })

  const shown = within.slice(0, asked.max)
  const first = shown[0]
  const last = shown.at(-1)
  const headers: Record<string, string> = {'Accept-Ranges': orderings.map(([name]) => name).join(', ')}
  if (first && last) headers['Content-Range'] = `${asked.attribute} ${first.value}..${last.value}; max=${asked.max}${asked.descending ? ', order=desc' : ''}`
  const truncated = shown.length < within.length
  if (truncated && last) headers['Next-Range'] = `${asked.attribute} ]${last.value}..; max=${asked.max}${asked.descending ? ', order=desc' : ''}`
  return {headers, items: shown.map(({item}) => item), status: truncated ? 206 : 200}
}

function parse<T>(range: string, orderings: Orderings<T>) {
  const [defaultOrdering] = orderings
  if (!defaultOrdering) throw new Error('a collection needs an ordering')
  const match = range === '' ? undefined : syntax.exec(range.trim())
  if (range !== '' && !match) throw unsatisfiableRange('Invalid `Range` header. Please use format like `id ..; max=200`.')
  const [, attribute = defaultOrdering[0], startBracket = '', start = '', end = '', endBracket = '', rest = ''] = match ?? []
  const ordering = orderings.find(([name]) => name === attribute)
  if (!ordering) throw unsatisfiableRange(`Invalid attribute in \`Range\` header: \`${attribute}\`. Allowed: ${orderings.map(([name]) => name).join(', ')}.`)

  const settings = new Map(rest.split(/[,;]/).map(setting => {
    const [name = '', value = ''] = setting.split('=')
    return [name.trim(), value.trim()]
  }))
  const max = Number(settings.get('max') ?? defaultMax)
  if (!Number.isInteger(max) || max < 1 || max > greatestMax) throw unsatisfiableRange(`Invalid \`max\` in \`Range\` header: between 1 and ${greatestMax}.`)

  return {
    attribute,
    descending: settings.get('order') === 'desc',
    end: end.trim(),
    endExcluded: endBracket !== '',
    max,
    of: ordering[1],
    start: start.trim(),
    startExcluded: startBracket !== '',
  }
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
