import {DeadlineExceeded} from './deadline.js'

/** Tells the system's code only: undici's cause carries the socket of the request. */
export function networkReason(error: unknown): string {
  if (error instanceof DeadlineExceeded) return error.message
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return `connection failed (${cause.code})`
  return 'connection failed'
}

export function retryAfter(headers: Headers, longest: number): null | number {
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10)
  return Number.isNaN(seconds) || seconds < 0 ? null : Math.min(seconds, longest)
}
