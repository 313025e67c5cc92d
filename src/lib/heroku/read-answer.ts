import type {z} from 'zod'
import type {CallRequest, CallResponse} from './transport.js'
import {PlatformError} from './platform-error.js'

export type Request = Omit<CallRequest, 'token'>

export function read<T>({body, headers, quoted}: CallResponse, schema: z.ZodType<T>, {method, path, told = path}: Request): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  // zod's issues name paths and expected types, never values; a path may be a key that the answer chose.
  const where = quoted(parsed.error.issues.map(issue => issue.path.join('.') || 'the answer').slice(0, 3).join(', ')) ?? ''
  throw new PlatformError(`${method} ${told}: Heroku answered in an unexpected shape (${where})`, {
    failure: 'shape',
    requestId: quoted(headers.get('request-id')),
  })
}
