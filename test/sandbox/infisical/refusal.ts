/** An answer other than success, as Infisical words it. */
export class Refusal extends Error {
  readonly error: string
  readonly status: number

  constructor(status: number, error: string, message: string) {
    super(message)
    this.status = status
    this.error = error
  }

  get body(): Record<string, unknown> {
    return {error: this.error, message: this.message, reqId: 'req-sandbox', statusCode: this.status}
  }
}

export const badRequest = (message: string) => new Refusal(400, 'BadRequest', message)

export const badToken = () =>
  new Refusal(403, 'TokenError', 'The provided access token is malformed. Please use a valid token or generate a new one and try again.')

export const denied = (action: string) => new Refusal(403, 'PermissionDenied', `You are not allowed to ${action} on secrets`)

export const notFound = (message: string) => new Refusal(404, 'NotFound', message)

export const unauthorized = (message: string) => new Refusal(401, 'UnauthorizedError', message)

export const noRoute = (method: string, path: string) => new Refusal(404, 'Not Found', `Route ${method}:${path} not found`)
