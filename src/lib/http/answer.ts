import type {Reply} from '../ports.js'
import {codeOf} from '../system/system-error.js'
import {AnswerTooLarge} from './call.js'
import {DeadlineExceeded} from './deadline.js'

/** A proxy that looks into connections signs them itself. */
const UNKNOWN_ISSUERS = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** As undici words it. */
const PROXY_REFUSAL = /^Proxy response \((\d{3})\)/

/** Tells the system's code only, because undici's cause carries the socket of the request. */
export function networkReason(error: unknown): string {
  if (error instanceof AnswerTooLarge || error instanceof DeadlineExceeded) return error.message
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  const refused = [cause, cause instanceof Error ? cause.cause : null].flatMap(each => (each instanceof Error ? (PROXY_REFUSAL.exec(each.message)?.[1] ?? []) : []))[0]
  if (refused !== undefined) return `the proxy refused the connection (${refused}${refused === '407' ? ': it wants another user and password' : ''})`
  const code = codeOf(cause)
  if (code === null) return 'connection failed'
  const remedy = UNKNOWN_ISSUERS.has(code) ? ': who signed its certificate is not known here; NODE_EXTRA_CA_CERTS, or behind a proxy SSL_CERT_FILE, names the file with the CA' : ''
  return `connection failed (${code})${remedy}`
}

export function retryAfter(headers: Reply['headers'], longest: number): null | number {
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10)
  return Number.isNaN(seconds) || seconds < 0 ? null : Math.min(seconds, longest)
}
