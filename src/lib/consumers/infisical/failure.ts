import {RotationError} from '../../errors.js'

/** Keeps no answer, because an answer may hold a value. */
export type Failure =
  | {kind: 'denied'; status?: number}
  | {kind: 'login'; status: number}
  | {kind: 'network'; reason: string}
  | {kind: 'no-route'}
  | {kind: 'no-secret'}
  | {kind: 'place'}
  | {kind: 'refused'; status: number}
  | {kind: 'server'; status: number}
  | {kind: 'shape'; reason: string}

export const LOGINS = [
  'infisical login',
  'INFISICAL_TOKEN, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET',
]

const unreachable = ['Check the site, INFISICAL_DOMAIN, HTTPS_PROXY and the network, then run the command again.']

export class InfisicalError extends RotationError {
  readonly failure: Failure

  constructor(site: string, what: string, failure: Failure) {
    const {code, happened, next} = told(site, what, failure)
    super(code, happened, {next})
    this.failure = failure
  }

  get mayHaveApplied(): boolean {
    return ['network', 'server', 'shape'].includes(this.failure.kind)
  }

  get mayPass(): boolean {
    return this.mayHaveApplied || (this.failure.kind === 'refused' && this.failure.status === 429)
  }
}

export function isFailure(error: unknown, kind: Failure['kind']): error is InfisicalError {
  return error instanceof InfisicalError && error.failure.kind === kind
}

function told(site: string, what: string, failure: Failure) {
  const at = `Infisical (${site})`
  switch (failure.kind) {
  case 'denied': {
    return {
      code: 'ROTATE_INFISICAL_DENIED',
      happened: `${at} does not allow this login to ${what}${failure.status === undefined ? '' : ` (${failure.status})`}.`,
      next: ['Give the login the rights to read, create, edit and delete secrets there.', ...LOGINS],
    } as const
  }

  case 'login':
    return {code: 'ROTATE_INFISICAL_LOGIN', happened: `${at} refuses the login (${failure.status}).`, next: LOGINS} as const
  case 'network':
    return {code: 'ROTATE_INFISICAL_UNREACHABLE', happened: `${at} cannot be reached: ${failure.reason}.`, next: unreachable} as const
  case 'no-route': {
    return {
      code: 'ROTATE_INFISICAL_SITE',
      happened: `${site} does not answer as Infisical does: it has neither /api/v4/secrets nor /api/v3/secrets/raw.`,
      next: ['Check site in the rotation file, or INFISICAL_DOMAIN.'],
    } as const
  }

  case 'no-secret':
  case 'place': {
    return {
      code: 'ROTATE_INFISICAL_PLACE',
      happened: `${at} could not ${what}: there is no such project, environment or folder, or this login does not see it.`,
      next: ['Check the ID of the project, the slug of the environment and the path.', ...LOGINS],
    } as const
  }

  case 'refused': {
    return {
      code: 'ROTATE_INFISICAL_REFUSED',
      happened: `${at} refused to ${what} (${failure.status}).`,
      next: [failure.status === 429 ? 'Wait a minute, then run the command again.' : `Look at the secret and its project in ${site}, then run the command again.`],
    } as const
  }

  case 'server': {
    return {
      code: 'ROTATE_INFISICAL_UNREACHABLE',
      happened: `${at} failed (${failure.status}) when asked to ${what}.`,
      next: ['Look at the status of Infisical, then run the command again.'],
    } as const
  }

  case 'shape': {
    return {
      code: 'ROTATE_INFISICAL_ANSWER',
      happened: `${at} answered the request to ${what} in a way that is not understood: ${failure.reason}.`,
      next: ['Check site in the rotation file, or INFISICAL_DOMAIN.'],
    } as const
  }
  }
}
