/** An answer other than success, as GitHub words it. */
export class GitHubError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const badCredentials = () => new GitHubError(401, 'Bad credentials')

export const notFound = () => new GitHubError(404, 'Not Found')

export const notAllowed = () => new GitHubError(403, 'Resource not accessible by personal access token')
