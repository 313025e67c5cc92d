import pLimit from 'p-limit'

import type {Holding} from '../consumers/adapter.js'
import type {Consumer, Placed} from '../consumers/registry.js'
import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'

import {consumer} from '../consumers/registry.js'
import {type ErrorCode, refused, RotationError} from '../errors.js'
import {isPlatformError} from '../heroku/platform-error.js'

export type SurveyedConsumer = Placed & {consumer: Consumer; holding: Holding}

/**
 * In this order: of a rotation that completes in between, the create finds that the outgoing authorization is
 * gone; the other way round consumers would be thought to hold a token that is revoked by now.
 */
export async function listThenInspect(context: Context, placed: readonly Placed[], concurrency: number): Promise<[Authorization[], SurveyedConsumer[]]> {
  const authorizations = await context.api.authorizations()
  return [authorizations, await inspectConsumers(context, placed, concurrency)]
}

/** Reads every consumer at once; whatever is wrong with any of them is told together. */
export async function inspectConsumers(context: Context, placed: readonly Placed[], concurrency: number): Promise<SurveyedConsumer[]> {
  const limit = pLimit(concurrency)
  const {api, clock, outside, signal} = context
  const access = {...outside, api, clock, crowd: placed.length, progress() {}, resumed: false, signal, timeoutMs: 0}
  const inspected = await Promise.allSettled(
    placed.map(({address, role, wave}) =>
      limit(async () => {
        const bound = consumer(address)
        return {address, consumer: bound, holding: await bound.inspect(access), role, wave}
      }),
    ),
  )
  const problems: string[] = []
  const codes = new Set<ErrorCode>()
  const next = new Set<string>()
  for (const [index, result] of inspected.entries()) {
    const at = placed[index]
    if (result.status === 'fulfilled' || !at) continue
    const reason: unknown = result.reason
    problems.push(`${consumer(at.address).id}: ${problemWith(reason)}`)
    codes.add(reason instanceof RotationError ? reason.code : 'ROTATE_CONSUMER')
    for (const line of reason instanceof RotationError ? reason.next : ['heroku apps --all', 'heroku auth:whoami']) next.add(line)
  }

  if (problems.length > 0) {
    const told = problems.length === 1 ? `${problems[0]}.` : `${problems.length} consumers cannot be rotated:\n  ${problems.join('\n  ')}`
    const [code = 'ROTATE_CONSUMER', ...others] = codes
    throw refused(others.length === 0 ? code : 'ROTATE_CONSUMER', told.replace(/\.\.$/, '.'), [...next])
  }

  return inspected.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Why a consumer could not be looked at; what says nothing of the consumer is thrown. */
export function problemWith(reason: unknown): string {
  if (reason instanceof RotationError && reason.code === 'ROTATE_TWO_FACTOR') throw refused(reason.code, reason.happened, reason.next)
  if (isPlatformError(reason, 404)) return 'no such app, or this account has no access to it'
  if (isPlatformError(reason, 403)) return reason.id === 'two_factor' ? 'Heroku did not accept the second factor' : 'this account may not read its config vars'
  if (reason instanceof RotationError && reason.exit !== 'interrupted') return reason.happened
  throw reason
}
