import type {Answer} from './http/exchange.js'

import {matchPath} from './http/route.js'

export type FaultKind =
  | '401' | '429' | '500' | '503'
  | '500-after' | '503-after'
  | 'hang' | 'hang-after'
  | 'kill-after' | 'kill-before'
  | 'malformed-json'
  | 'reset-after' | 'reset-before'
  | 'wrong-shape'

/** Which requests a fault hits; what is left out matches everything. */
export type Match = {
  method?: string
  /** The number of the request since the sandbox started. */
  n?: number
  /** Counts the requests that match otherwise, from 1. */
  nth?: number
  /** The path without its query; a string may have parameters, as in `/apps/:app/config-vars`. */
  path?: RegExp | string
}

export type Fault = {kind: FaultKind; match?: Match; times?: number}

export type Seen = {body: string; method: string; n: number; path: string}

/** Decides per request; an answer given here is sent instead of what the platform would answer. */
export type RawFault = (request: Seen) => FaultKind | Pick<Answer, 'body' | 'status'> | undefined

export type Armed = {disarm(): void; readonly fired: number}

/** What goes wrong, and on which request. */
export class Faults {
  readonly #armed = new Set<RawFault>()

  /** Hits `times` requests in a row, counted from the first one that matches; one if not told. */
  arm({kind, match = {}, times = 1}: Fault): Armed {
    const {n, nth = 1, ...rest} = match
    const last = nth + times - 1
    let matched = 0
    return this.armRaw(request => {
      if (!fits(rest, request)) return undefined
      if (n !== undefined) return request.n >= n && request.n < n + times ? kind : undefined
      matched += 1
      return matched >= nth && matched <= last ? kind : undefined
    })
  }

  armRaw(decide: RawFault): Armed {
    let fired = 0
    const counted: RawFault = request => {
      const decision = decide(request)
      if (decision !== undefined) fired += 1
      return decision
    }

    this.#armed.add(counted)
    return {
      disarm: () => {
        this.#armed.delete(counted)
      },
      get fired() {
        return fired
      },
    }
  }

  disarm(): void {
    this.#armed.clear()
  }

  /** What happens to this request. Every armed fault gets to count it. */
  strike(request: Seen): ReturnType<RawFault> {
    return [...this.#armed].map(decide => decide(request)).find(decision => decision !== undefined)
  }
}

function fits({method, path}: Match, request: Seen): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false
  if (path === undefined) return true
  return typeof path === 'string' ? matchPath(path, request.path) !== undefined : path.test(request.path)
}
