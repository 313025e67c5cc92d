import type {Fetch} from '../ports.js'
import {type Answer, exchange} from './call.js'

const MOST_HOPS = 20
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Not sent to another origin, as fetch does it. */
const OF_ONE_ORIGIN = new Set(['authorization', 'cookie', 'host', 'proxy-authorization'])

export class NotFollowed extends Error {}

type Asking = {headers: Readonly<Record<string, string>>; method: string; signal: AbortSignal}

type Bounds = {
  /** Runs before each request, and throws where that address may not be asked. */
  allows(url: string): Promise<void>
  follows: boolean
  most: number
}

/** Follows redirects by hand: each address is looked at before it is asked. Sends no body. */
export async function follow(fetch: Fetch, first: string, asking: Asking, {allows, follows, most}: Bounds): Promise<Answer & {url: string}> {
  let {headers, method} = asking
  let url = first
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    await allows(url)
    const answer = await exchange(fetch, url, {headers, method, signal: asking.signal}, most)
    const location = answer.headers.get('location')
    if (!follows || location === null || !REDIRECTS.has(answer.status)) return {...answer, url}
    const next = nextOf(location, url)
    if (next.origin !== new URL(url).origin) headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_ORIGIN.has(name.toLowerCase())))
    if (method === 'POST' && answer.status <= 303) method = 'GET'
    url = next.href
  }

  throw new NotFollowed('too many redirects')
}

function nextOf(location: string, from: string): URL {
  if (!URL.canParse(location, from)) throw new NotFollowed('a redirect to no address')
  const next = new URL(location, from)
  if (next.protocol !== 'http:' && next.protocol !== 'https:') throw new NotFollowed('a redirect to another protocol')
  next.hash ||= new URL(from).hash
  return next
}
