import type {Sandbox} from '../../sandbox/sandbox.js'
import type {Json} from '../../sandbox/strict-schema.js'

import {isObject} from '../../sandbox/strict-schema.js'

type Extras = {body?: unknown; headers?: Record<string, string>; signal?: AbortSignal; token?: string}

export type Reply = {body: Json; headers: Headers; status: number}

/** Asks in process, or over the sandbox's socket when it has one. */
export async function ask(sandbox: Sandbox, method: string, path: string, {body, headers, signal, token}: Extras = {}): Promise<Reply> {
  const fetch = sandbox.url === '' ? sandbox.fetch : globalThis.fetch
  const response = await fetch(`${sandbox.url || 'http://sandbox.invalid'}${path}`, {
    ...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    ...(signal && {signal}),
    headers: {
      accept: 'application/vnd.heroku+json; version=3',
      authorization: `Bearer ${token ?? sandbox.sessionToken}`,
      ...headers,
    },
    method,
  })
  const text = await response.text()
  const parsed: Json = text === '' ? null : JSON.parse(text)
  return {body: parsed, headers: response.headers, status: response.status}
}

/** What is found under a path such as `0.access_token.token`. */
export function at(body: Json, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((found, key) =>
    Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined, body)
}

export function textAt(body: Json, path: string): string {
  const found = at(body, path)
  if (typeof found !== 'string') throw new TypeError(`no text at ${path}`)
  return found
}

export function each(body: Json, path: string): (Json | undefined)[] {
  if (!Array.isArray(body)) throw new TypeError('not a list')
  return body.map(item => at(item, path))
}

/** What an action fails with. */
export async function failure(action: Promise<unknown>): Promise<unknown> {
  try {
    await action
  } catch (error) {
    return error
  }

  throw new Error('it did not fail')
}
