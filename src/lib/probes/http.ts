import jmespath from 'jmespath'
import * as z from 'zod'
import type {Probe, ProbeAccess} from './probe.js'
import {RotationError, todo} from '../errors.js'
import {poll} from '../heroku/poll.js'
import {ascii, withoutLogin} from '../http/address.js'
import {AnswerTooLarge, MOST} from '../http/call.js'
import {DeadlineExceeded, withDeadline} from '../http/deadline.js'
import {follow, NotFollowed} from '../http/follow.js'
import {PrivateAddress, refusePrivate} from '../http/private-address.js'
import {scrub} from '../secrecy/scrub.js'
import {LONGEST_WAIT} from '../text/duration.js'
import {jsonIn} from '../text/json.js'
import {quoted} from '../text/shell-quote.js'

const WITHIN_SECONDS = 120
const ANSWER_SECONDS = 15
const SHOWN = 120

const addressSchema = z
  .strictObject({
    expect: z.string().min(1).refine(compiles, 'is not a JMESPath expression').optional(),
    headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header'), z.string().regex(/^[\t -~]*$/, 'is not a header value')).optional(),
    kind: z.literal('http'),
    method: z.enum(['GET', 'HEAD', 'POST']).optional(),
    private: z.literal(true).optional(),
    status: z.number().int().min(200).max(599).optional(),
    url: z.url({error: 'is not an http:// or https:// address', protocol: /^https?$/}).refine(...ascii).refine(...withoutLogin),
    within: z.number().positive().max(LONGEST_WAIT).optional(),
  })
  .refine(({expect, method}) => expect === undefined || method !== 'HEAD', {error: 'has no answer to look at: HEAD has none', path: ['expect']})
type Address = z.output<typeof addressSchema>

export const httpProbe: Probe<Address> = {
  address: addressSchema,
  async check(at, access) {
    // Any answer will do: the endpoint does not have the incoming token yet.
    await ask({...at, method: at.method === 'POST' ? 'HEAD' : at.method}, access)
  },
  id: ({url}) => url,
  kind: 'http',
  locate: at => at,
  reach: ({headers = {}, method = 'GET', url}) => [{
    does: `ask with ${method}${Object.keys(headers).length > 0 ? ` and the headers ${Object.keys(headers).join(', ')}` : ''}`,
    url,
  }],
  async run(at, access) {
    const within = at.within ?? WITHIN_SECONDS
    let seen = 'no answer'
    const passed = await poll({clock: access.clock, signal: access.signal, timeoutMs: within * 1000}, async () => {
      try {
        const answer = await ask(at, access)
        seen = answer.seen
        return answer.passes ? true : undefined
      } catch (error) {
        if (!(error instanceof RotationError) || error.code === 'ROTATE_PRIVATE') throw error
        seen = error.happened
        return undefined
      } finally {
        access.progress(seen)
      }
    })
    if (passed) return seen
    throw failure(at, `${at.url} did not answer as expected within ${within} seconds: ${seen}.`)
  },
}

async function ask(at: Address, {clock, fetch, lookup, signal}: ProbeAccess): Promise<{passes: boolean; seen: string}> {
  const {expect, headers = {}, method = 'GET', private: mayBePrivate, status, url} = at
  const follows = status === undefined || status < 300 || status >= 400
  const allows = async (next: string) => {
    if (!mayBePrivate) await refusePrivate(next, lookup)
  }

  const asked = withDeadline({clock, ms: ANSWER_SECONDS * 1000, signal}, deadline =>
    follow(fetch, url, {headers, method, signal: deadline}, {allows, follows, most: MOST.page}))
  const answer = await asked.catch((error: unknown) => {
    signal.throwIfAborted()
    if (error instanceof PrivateAddress) throw new RotationError('ROTATE_PRIVATE', `${url}: ${error.message}.`, {next: sayPrivate})
    throw failure(at, `${url}: ${whyNot(error)}`)
  })
  const isExpected = status === undefined ? answer.ok : answer.status === status
  const seen = `status ${answer.status}${answer.url === url ? '' : ` of ${placeOf(answer.url)}`}`
  if (!isExpected || expect === undefined) return {passes: isExpected, seen}
  const result = evaluate(answer.text, expect)
  return {passes: result.passes, seen: `${seen}, ${expect} ${result.seen}`}
}

const sayPrivate = todo('If you mean that address, put private: true beside the url in the rotation file.')

function failure({url}: Address, happened: string): RotationError {
  return new RotationError('ROTATE_PROBE', happened, {next: todo(`curl -i ${quoted(url)}`)})
}

function whyNot(error: unknown): string {
  if (error instanceof AnswerTooLarge || error instanceof DeadlineExceeded) return error.message
  if (error instanceof NotFollowed) return `no usable answer (${error.message})`
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return 'no answer'
  return 'code' in error.cause ? `no connection (${String(error.cause.code)})` : 'no answer'
}

/** Drops the query of a redirect, which may hold a key. */
function placeOf(url: string): string {
  const {host, pathname, protocol} = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function evaluate(text: string, expression: string): {passes: boolean; seen: string} {
  const json = jsonIn(text)
  if (json === undefined) return {passes: false, seen: 'needs JSON, which the answer is not'}
  try {
    const result: unknown = jmespath.search(json, expression)
    return {passes: isTrue(result), seen: `is ${shown(result)}`}
  } catch {
    return {passes: false, seen: 'does not fit the answer'}
  }
}

/** By JMESPath's own truth, in which empty strings, lists and objects are false. */
const isTrue = (value: unknown): boolean => jmespath.search(value ?? null, '!!@') === true

function shown(value: unknown): string {
  const text = scrub(JSON.stringify(value))
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** A valid expression may fail on null with a type error. */
function compiles(expression: string): boolean {
  try {
    jmespath.search(null, expression)
    return true
  } catch (error) {
    return error instanceof Error && error.message.startsWith('TypeError')
  }
}
