import type {RequestLogEntry} from '../sandbox/sandbox.js'

import {matchPath} from '../sandbox/http/route.js'

export type Endpoint = `${string} /${string}`

/** What a rotation asks the platform. */
const endpoints: readonly Endpoint[] = [
  'GET /account',
  'GET /apps',
  'GET /apps/:app/config-vars',
  'GET /apps/:app/dynos',
  'GET /apps/:app/features/:feature',
  'GET /apps/:app/releases',
  'GET /apps/:app/releases/:release',
  'GET /pipelines',
  'PATCH /apps/:app/config-vars',
  'DELETE /oauth/authorizations/:authorization',
  'GET /oauth/authorizations',
  'GET /oauth/authorizations/:authorization',
  'PATCH /oauth/authorizations/:authorization',
  'POST /apps/:app/log-sessions',
  'POST /oauth/authorizations',
  'POST /oauth/authorizations/:authorization/actions/regenerate-tokens',
]

export function matchOf(endpoint: Endpoint): {method: string; path: string} {
  const [method = '', path = ''] = endpoint.split(' ')
  return {method, path}
}

/** How often each was asked; whatever is on no list is a hole in the matrix. */
export function uses(log: readonly RequestLogEntry[]): Map<Endpoint, number> {
  const counts = new Map<Endpoint, number>()
  for (const {method, path} of log) {
    const found = endpoints.find(endpoint => {
      const match = matchOf(endpoint)
      return match.method === method && matchPath(match.path, path)
    })
    if (!found) throw new Error(`${method} ${path} is not in the list of endpoints`)
    counts.set(found, (counts.get(found) ?? 0) + 1)
  }

  return counts
}

/** First, middle and last of so many. */
export const samples = (count: number): number[] => [...new Set([1, Math.ceil(count / 2), count])]
