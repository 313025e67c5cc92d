import type {z} from 'zod'
import type {CallRequest, CallResponse} from './transport.js'
import {PlatformError} from './platform-error.js'

const MOST_PAGES = 1000

export type Request = Omit<CallRequest, 'token'>

export function read<T>({body, headers, quoted}: CallResponse, schema: z.ZodType<T>, {method, path, told = path}: Request): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  // zod's issues name paths and expected types, never values; a path may be a key that the answer chose.
  const where = quoted(parsed.error.issues.map(issue => issue.path.join('.') || 'the answer').slice(0, 3).join(', ')) ?? ''
  throw new PlatformError(`${method} ${told}: Heroku answered in an unexpected shape (${where})`, {
    failure: 'shape',
    requestId: quoted(headers.get('request-id')),
  })
}

/** Sends no range of its own but where one is documented: endpoints differ in the attributes that can be ranged by. */
export async function readPages<T>(send: (request: Request) => Promise<CallResponse>, first: Request, schema: z.ZodType<T[]>): Promise<T[]> {
  const items: T[] = []
  let request = first
  const asked = new Set<string>()
  for (;;) {
    const response = await send(request)
    const page = read(response, schema, request)
    for (const item of page) items.push(item)
    const next = response.headers.get('next-range')
    if (response.status !== 206 || next === null) return items
    const refuse = (why: string) => new PlatformError(`GET ${first.told ?? first.path}: Heroku names ${why}`, {failure: 'shape'})
    if (asked.has(next)) throw refuse('the same next page again')
    if (page.length === 0) throw refuse('a next page after an empty one')
    asked.add(next)
    if (asked.size >= MOST_PAGES) throw refuse(`more than ${MOST_PAGES} pages`)
    request = {...request, headers: {range: next}}
  }
}
