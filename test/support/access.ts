/** What an adapter or a probe may use, with no Heroku behind it. */
import type {Access, Holding} from '../../src/lib/consumers/adapter.js'

import {PlatformApi} from '../../src/lib/heroku/platform-api.js'
import {secondFactor} from '../../src/lib/heroku/second-factor.js'
import {Transport} from '../../src/lib/heroku/transport.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {realClock} from '../sandbox/sandbox.js'

const refuse = (what: string) => () => Promise.reject(new Error(`${what} is not part of this test`))

export function accessWith(parts: Partial<Access> = {}): Access {
  const clock = parts.clock ?? realClock()
  const signal = parts.signal ?? new AbortController().signal
  const random = {bytes: (count: number) => new Uint8Array(count), number: () => 0}
  const transport = new Transport({baseUrl: 'https://api.heroku.test', clock, deadlineMs: 1, fetch: refuse('Heroku'), headers: {}, random, signal})
  return {
    api: new PlatformApi(secondFactor(transport, refuse('2FA')), new Secret('session')),
    clock,
    env: {PATH: process.env['PATH']},
    fetch: refuse('the network'),
    home: '/home/operator',
    lookup: async () => [],
    person: {agrees: async () => null, confirms: async () => null},
    progress() {},
    resumed: false,
    run: refuse('a program'),
    signal,
    timeoutMs: 0,
    ...parts,
  }
}

type Inspects<At> = {inspect(at: At, access: Access): Promise<Holding>}

/** The whole of what an inspection finds, the tokens of the access being known. */
export async function inspected<At>(adapter: Inspects<At>, at: At, access: Access): Promise<Holding> {
  const holding = await adapter.inspect(at, access)
  return {...holding, ...holding.knowing?.(access.tokens ?? {incoming: null, outgoing: null})}
}
