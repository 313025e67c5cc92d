import type {Answer, ApiRequest} from '../http/exchange.js'
import type {Hub} from './hub.js'

import {GitHubError} from './github-error.js'

export type Call = {hub: Hub; param(name: string): string; query: URLSearchParams; request: ApiRequest}

export type Reply = {body?: unknown; headers?: Record<string, string>; status?: number; text?: string}

export type Route = {handle: (call: Call) => Reply; method: string; path: string}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function jsonBody({body}: ApiRequest): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return {...parsed}
  } catch {}

  throw new GitHubError(400, 'Problems parsing JSON')
}

/** One page of a list, with the link to the next. */
export function page<T>(items: readonly T[], {query, request}: Call): {headers: Record<string, string>; items: T[]} {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const number = Number(query.get('page') ?? 1)
  const next = new URLSearchParams(query)
  next.set('page', String(number + 1))
  const shown = items.slice((number - 1) * size, number * size)
  const link = `<https://api.github.com${request.path}?${next}>; rel="next"`
  return {headers: number * size < items.length ? {Link: link} : {}, items: shown}
}

export function answer({body, headers = {}, status = 200, text}: Reply, now: number): Answer {
  return {
    body: text ?? (body === undefined ? '' : JSON.stringify(body)),
    headers: {
      'Content-Type': text === undefined ? 'application/json; charset=utf-8' : 'application/vnd.github.raw; charset=utf-8',
      Date: new Date(now).toUTCString(),
      ...headers,
    },
    status,
  }
}
