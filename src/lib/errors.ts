import {CLIError} from '@oclif/core/errors'

/** What a script can tell from the exit code. */
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
  /** What to type next: one command or instruction a line. A flag with its value stands for what was typed, with it. */
  next: readonly string[] | string
  /** What is true now: which token works where. */
  now?: string
}

/**
 * What happened, what is true now, what to type next.
 *
 * Carries no cause: a cause could hold a request, and a request holds a token.
 */
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

  /** The same event, told with what is true now and what to do about it. */
  with(details: Partial<Details>): RotationError {
    const now = details.now ?? this.now
    return new RotationError(this.code, this.happened, {
      exit: details.exit ?? this.exit,
      next: details.next ?? this.next,
      ...(now === undefined ? {} : {now}),
    })
  }
}

/** Wrong words on the command line, or a file that cannot be understood: nothing was changed. */
export function usage(code: ErrorCode, happened: string, next: readonly string[] | string): RotationError {
  return new RotationError(code, happened, {exit: 'usage', next, now: 'Nothing was changed.'})
}

/** The world does not allow the rotation: nothing was changed. */
export function refused(code: ErrorCode, happened: string, next: readonly string[] | string): RotationError {
  return new RotationError(code, happened, {exit: 'failed', next, now: 'Nothing was changed.'})
}

/** Ctrl-C or SIGTERM: new work is not started, the journal says where to go on. */
export class Interrupted extends RotationError {
  constructor() {
    super('ROTATE_INTERRUPTED', 'Interrupted.', {exit: 'interrupted', next: 'heroku authorizations:rotate:resume'})
  }
}

/** For a script: how to go on with the rotation, rather than how to find out what is wrong with an app. */
export function nextCommand(next: readonly string[]): null | string {
  return next.find(line => line.startsWith('heroku authorizations:rotate:')) ?? next[0] ?? null
}
