import {EnvHttpProxyAgent, fetch} from 'undici'
import type {Fetch} from '../ports.js'

/** A `Response` of these statuses takes no body, not even an empty one. */
const BODILESS = new Set([204, 205, 304])

/** Fetches through HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Loaded only where one is set: undici is large. */
export function proxiedFetch(): Fetch {
  const dispatcher = new EnvHttpProxyAgent()
  return async (url, {body, headers, method, redirect, signal}) => {
    const response = await fetch(url, {
      dispatcher,
      ...(typeof body === 'string' ? {body} : {}),
      headers: Object.fromEntries(new Headers(headers)),
      ...(method ? {method} : {}),
      ...(redirect ? {redirect} : {}),
      ...(signal ? {signal} : {}),
    })
    const text = await response.text()
    return new Response(BODILESS.has(response.status) ? null : text, {headers: Object.fromEntries(response.headers), status: response.status, statusText: response.statusText})
  }
}
