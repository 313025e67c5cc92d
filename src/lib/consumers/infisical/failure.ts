import {type ErrorCode, type Next, RotationError, todo} from '../../errors.js'

/** Keeps no answer, because an answer may hold a value. */
export type Failure =
  | {kind: 'denied'; status?: number}
  | {kind: 'elsewhere'}
  | {kind: 'login'; status: number}
  | {kind: 'network'; reason: string}
  | {kind: 'no-route'}
  | {kind: 'no-secret'}
  | {kind: 'place'}
  | {kind: 'refused'; status: number}
  | {kind: 'server'; status: number}
  | {isFinal?: boolean; kind: 'shape'; reason: string}

export const LOGINS = [
  todo('infisical login'),
  todo('Or set INFISICAL_TOKEN, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.'),
]

/** While it is set, no other login is used. */
const ENVIRONMENT = todo('If INFISICAL_TOKEN is set, it is your login: replace it or unset it.')

const checkSite = todo('Check site in the rotation file, or INFISICAL_DOMAIN.')

export class InfisicalError extends RotationError {
  readonly failure: Failure
  /** The server wants no other call sooner. */
  readonly waitMs: number

  constructor(site: string, what: string, failure: Failure, waitMs = 0) {
    const [code, happened, next] = told(site, what, failure)
    super(code, happened, {next})
    this.failure = failure
    this.waitMs = waitMs
  }

  get mayHaveApplied(): boolean {
    return ['network', 'server', 'shape'].includes(this.failure.kind)
  }

  get mayPass(): boolean {
    if (this.failure.kind === 'shape' && this.failure.isFinal) return false
    return this.mayHaveApplied || (this.failure.kind === 'refused' && this.failure.status === 429)
  }
}

export function isFailure(error: unknown, kind: Failure['kind']): error is InfisicalError {
  return error instanceof InfisicalError && error.failure.kind === kind
}

function told(site: string, what: string, failure: Failure): [ErrorCode, string, Next | readonly Next[]] {
  const at = `Infisical (${site})`
  switch (failure.kind) {
  case 'denied': {
    const happened = `${at} does not allow your login to ${what}${failure.status === undefined ? '' : ` (${failure.status})`}.`
    return ['ROTATE_INFISICAL_DENIED', happened, [todo('Give the login the rights to read, create, edit and delete secrets there.'), ...LOGINS]]
  }

  case 'elsewhere': {
    const happened = `${at} was asked to ${what} and answered about another secret.`
    return ['ROTATE_INFISICAL_ANSWER', happened, [todo('A service token for one folder always reads that folder: use a login that may read this one.'), ...LOGINS]]
  }

  case 'login': {
    return ['ROTATE_INFISICAL_LOGIN', `${at} refuses the login (${failure.status}).`, [ENVIRONMENT, ...LOGINS]]
  }

  case 'network': {
    const next = todo('Check the site, INFISICAL_DOMAIN, HTTPS_PROXY and the network, then run the command again.')
    return ['ROTATE_INFISICAL_UNREACHABLE', `${at} cannot be reached: ${failure.reason}.`, next]
  }

  case 'no-route': {
    return ['ROTATE_INFISICAL_SITE', `${site} does not look like Infisical: it has neither /api/v4/secrets nor /api/v3/secrets/raw.`, checkSite]
  }

  case 'no-secret':
  case 'place': {
    const happened = `${at} could not ${what}: there is no such project, environment or folder, or your login cannot see it.`
    return ['ROTATE_INFISICAL_PLACE', happened, [todo('Check the ID of the project, the slug of the environment and the path.'), ...LOGINS]]
  }

  case 'refused': {
    const first = failure.status === 429 ? 'Wait a minute' : `Look at the secret and its project in ${site}`
    return ['ROTATE_INFISICAL_REFUSED', `${at} refused to ${what} (${failure.status}).`, todo(`${first}, then run the command again.`)]
  }

  case 'server': {
    const next = todo('Look at the status of Infisical, then run the command again.')
    return ['ROTATE_INFISICAL_UNREACHABLE', `${at} failed (${failure.status}) when asked to ${what}.`, next]
  }

  case 'shape': {
    return ['ROTATE_INFISICAL_ANSWER', `${at} was asked to ${what} and gave an unexpected answer: ${failure.reason}.`, checkSite]
  }
  }
}
