/** An answer other than success, as Infisical words it. */
export class Refusal extends Error {
  readonly error: string
  readonly issues: readonly unknown[] | undefined
  readonly status: number

  /** `issues` are sent as the message of a request that is invalid. */
  constructor(status: number, error: string, message: string, issues?: readonly unknown[]) {
    super(message)
    this.status = status
    this.error = error
    this.issues = issues
  }

  get body(): Record<string, unknown> {
    return {error: this.error, message: this.issues ?? this.message, reqId: 'req-sandbox', statusCode: this.status}
  }
}

export const badRequest = (message: string) => new Refusal(400, 'BadRequest', message)

export const badToken = () =>
  new Refusal(403, 'TokenError', 'The provided access token is malformed. Please use a valid token or generate a new one and try again.')

/** A request of the wrong shape; older servers answer 401, newer ones 422. */
export const invalid = (status: 401 | 422, field: string) =>
  new Refusal(status, 'ValidationFailure', 'invalid', [{code: 'invalid_type', message: 'Required', path: [field]}])

export const denied = (action: string) => new Refusal(403, 'PermissionDenied', `You are not allowed to ${action} on secrets`)

/** `operation` is the name that the server's error has. */
export const notFound = (message: string, operation = 'NotFound') => new Refusal(404, operation, message)

export const unauthorized = (message: string) => new Refusal(401, 'UnauthorizedError', message)

export const noRoute = (method: string, path: string) => new Refusal(404, 'Not Found', `Route ${method}:${path} not found`)
