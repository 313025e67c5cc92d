import {CLIError} from '@oclif/core/errors'

export const exitCodes = {
  failed: 1,
  incomplete: 3,
  interrupted: 130,
  overdue: 4,
  usage: 2,
} as const

export type Exit = keyof typeof exitCodes

export type ErrorCode = `ROTATE_${string}`

type Details = {
  exit?: Exit
  /** One command or instruction a line. A flag with its value stands for the typed command with that flag. */
  next: readonly string[] | string
  now?: string
}

/** Carries no cause: a cause could hold a request, and a request holds a token. */
export class RotationError extends CLIError {
  override readonly code: ErrorCode
  readonly exit: Exit
  readonly exitCode: number
  readonly happened: string
  readonly next: readonly string[]
  readonly now: string | undefined

  constructor(code: ErrorCode, happened: string, {exit = 'failed', next, now}: Details) {
    const steps = typeof next === 'string' ? [next] : next
    super(now ? `${happened}\n${now}` : happened, {code, exit: exitCodes[exit], suggestions: [...steps]})
    this.code = code
    this.exit = exit
    this.exitCode = exitCodes[exit]
    this.happened = happened
    this.next = steps
    this.now = now
  }

  with(details: Partial<Details>): RotationError {
    const now = details.now ?? this.now
    return new RotationError(this.code, this.happened, {
      exit: details.exit ?? this.exit,
      next: details.next ?? this.next,
      ...(now === undefined ? {} : {now}),
    })
  }
}

export function usage(code: ErrorCode, happened: string, next: readonly string[] | string): RotationError {
  return new RotationError(code, happened, {exit: 'usage', next, now: 'Nothing was changed.'})
}

export function refused(code: ErrorCode, happened: string, next: readonly string[] | string): RotationError {
  return new RotationError(code, happened, {exit: 'failed', next, now: 'Nothing was changed.'})
}

/** Ctrl-C or SIGTERM: no new work is started, and the journal says where to go on. */
export class Interrupted extends RotationError {
  constructor() {
    super('ROTATE_INTERRUPTED', 'Interrupted.', {exit: 'interrupted', next: 'heroku authorizations:rotate:resume'})
  }
}

/** A script goes on with the rotation before it looks into an app. */
export function nextCommand(next: readonly string[]): null | string {
  return next.find(line => line.startsWith('heroku authorizations:rotate:')) ?? next[0] ?? null
}
