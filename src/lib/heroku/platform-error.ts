import {unless} from '../system/system-error.js'

type Failure = 'deadline' | 'http' | 'network' | 'shape'

type Facts = {
  id?: string | undefined
  failure: Failure
  isRepeated?: boolean
  app?: string | undefined
  requestId?: string | undefined
  status?: number | undefined
}

/** Keeps no request, which holds a token. `mayHaveApplied` says whether Heroku may have carried out a failed write. */
export class PlatformError extends Error {
  readonly app: string | undefined
  readonly failure: Failure
  readonly id: string | undefined
  readonly isRepeated: boolean
  readonly requestId: string | undefined
  readonly status: number | undefined

  constructor(message: string, facts: Facts) {
    super(message)
    this.name = 'PlatformError'
    this.failure = facts.failure
    this.id = facts.id
    this.isRepeated = facts.isRepeated ?? false
    this.status = facts.status
    this.requestId = facts.requestId
    this.app = facts.app
  }

  /** The message without its full stop, for a sentence that goes on. */
  get told(): string {
    return this.message.replace(/[\s.]+$/, '')
  }

  /** Leaves out the call too. */
  get words(): string {
    return this.told.replace(/^[A-Z]+ \S+: /, '')
  }

  /** Whether Heroku would refuse the call again, whatever else it answers; 401 is about the login, and 429 about the account. */
  get isRefused(): boolean {
    return this.failure === 'http' && this.status !== undefined && this.status < 500 && ![401, 408, 429].includes(this.status)
  }

  get mayHaveApplied(): boolean {
    return this.isRepeated || this.failure !== 'http' || (this.status !== undefined && this.status >= 500)
  }
}

/** Marks a refusal of a call whose earlier sending may have been carried out. */
export function repeated(error: PlatformError): PlatformError {
  return new PlatformError(error.message, {...error, isRepeated: true})
}

export function isPlatformError(error: unknown, status?: number): error is PlatformError {
  return error instanceof PlatformError && (status === undefined || error.status === status)
}

/** Heroku has refused the call, so nothing was carried out. */
export const isUnapplied = (error: unknown): boolean => isPlatformError(error) && !error.mayHaveApplied

/** The beginning of a sentence about a call that may have been carried out. */
export const noAnswer = ({status}: PlatformError) => (status === undefined ? 'Heroku did not answer' : `Heroku answered ${status}`)

/** Answers the value in the place of an error of one of these statuses. */
export function instead<T, I>(value: I, answer: Promise<T>, ...statuses: readonly number[]): Promise<I | T> {
  return unless(error => statuses.some(status => isPlatformError(error, status)), value, answer)
}
