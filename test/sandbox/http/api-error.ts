/** An answer other than success, as the platform words it. */
export class ApiError extends Error {
  readonly extra: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly id: string
  readonly status: number

  constructor(status: number, id: string, message: string, extra: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.id = id
    this.extra = extra
    this.headers = headers
  }

  get body(): Record<string, unknown> {
    return {...this.extra, id: this.id, message: this.message}
  }
}

export const badRequest = (message: string) => new ApiError(400, 'bad_request', message)

export const invalid = (message: string) => new ApiError(422, 'invalid_params', message)

export const notFound = (resource: string) => new ApiError(404, 'not_found', `Couldn't find that ${resource}.`, {resource})

export const forbidden = (message: string, id = 'forbidden') => new ApiError(403, id, message)

export const unauthorized = () => new ApiError(401, 'unauthorized', 'Invalid credentials provided.')

const unknownEndpoint = 'The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), '
  + 'and did you specify your intended version with the `Accept` header?'
const versionMissing = 'The `Accept` header has to name a version of the API, as in `application/vnd.heroku+json; version=3`.'
const poolEmpty = 'Your account reached the API rate limit\nPlease wait a few minutes before making new requests'
const secondFactor = 'A second authentication factor or pre-authorization is required for this request. '
  + 'Your account has either two-factor or a Yubikey registered.'

export const noSuchEndpoint = () => new ApiError(404, 'not_found', unknownEndpoint)

export const notAcceptable = () => new ApiError(406, 'not_acceptable', versionMissing)

export const rateLimited = (headers: Record<string, string> = {}) => new ApiError(429, 'rate_limit', poolEmpty, {}, headers)

export const twoFactorRequired = (extra: Record<string, unknown> = {}) => new ApiError(403, 'two_factor', secondFactor, extra)

export const unsatisfiableRange = (message: string) => new ApiError(416, 'requested_range_not_satisfiable', message)
