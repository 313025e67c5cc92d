/** The HTTP client over nock, in virtual time. */
import nock from 'nock'

import type {Fetch, Reply, Sent} from '../../../../src/lib/ports.js'

import {type CallRequest, Transport} from '../../../../src/lib/heroku/transport.js'
import {exchange, MOST} from '../../../../src/lib/http/call.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {type VirtualClock, virtualClock} from '../../../sandbox/sandbox.js'
import {sampleToken} from '../../../support/sample-token.js'

export const HOST = 'https://api.heroku.test'
export const DEADLINE_MS = 30_000
export const token = sampleToken('wire')
export const secret = new Secret(token)

/** Nothing but nock answers while the suite runs. */
export function onlyNock(): void {
  before('lets no call out', function () {
    nock.disableNetConnect()
  })

  afterEach('forgets what was not asked', function () {
    nock.abortPendingRequests()
    nock.cleanAll()
  })

  after('lets calls out again', function () {
    nock.enableNetConnect()
    nock.restore()
    nock.activate()
  })
}

export type Wire = {clock: VirtualClock; interrupt(reason: Error): void; transport: Transport}

/** `isPatient` false lets virtual time pass while a call is in flight, so that it can come to its deadline. */
export function wire({fetch = overNock, isPatient = true, random = () => 1}: {fetch?: Fetch; isPatient?: boolean; random?: () => number} = {}): Wire {
  const clock = virtualClock()
  const controller = new AbortController()
  const transport = new Transport({
    baseUrl: HOST,
    clock,
    deadlineMs: DEADLINE_MS,
    fetch: isPatient ? (url, init) => clock.during(whole(fetch, url, init)) : fetch,
    headers: {'user-agent': 'unit'},
    random: {bytes: count => new Uint8Array(count), number: random},
    signal: controller.signal,
  })
  return {clock, interrupt: reason => controller.abort(reason), transport}
}

const overNock: Fetch = (url, init) => globalThis.fetch(url, init)

// With its body, which the clock cannot see arriving either.
async function whole(fetch: Fetch, url: string, init: Sent): Promise<Reply> {
  const {text, ...answer} = await exchange(fetch, url, init, MOST.api)
  return {...answer, body: new Response(text).body}
}

export function call(method: CallRequest['method'], changes: Partial<CallRequest> = {}): CallRequest {
  return {method, path: '/account', repeatable: method !== 'POST', token: secret, ...changes}
}
