import {CLIError} from '@oclif/core/errors'

import {typed} from './text/shell-quote.js'

export const exitCodes = {failed: 1, incomplete: 3, interrupted: 130, overdue: 4, usage: 2} as const

export type Exit = keyof typeof exitCodes

/** All error codes. Each has the exit that a failure ends the command with where it names no other. */
export const catalogue = {
  ROTATE_ADDED: 'incomplete',
  ROTATE_AMBIGUOUS: 'failed',
  ROTATE_APP: 'usage',
  ROTATE_APPROVAL: 'incomplete',
  ROTATE_AUDIT: 'failed',
  ROTATE_CHANGED: 'incomplete',
  ROTATE_CLIENT: 'failed',
  ROTATE_COMMAND: 'incomplete',
  ROTATE_CONFIRM: 'usage',
  ROTATE_CONSUMER: 'failed',
  ROTATE_CREATE: 'failed',
  ROTATE_DISK: 'failed',
  ROTATE_DRIFT: 'failed',
  ROTATE_DYNOS_CRASHED: 'incomplete',
  ROTATE_DYNOS_TIMEOUT: 'incomplete',
  ROTATE_EMPTY_VALUE: 'failed',
  ROTATE_FILE: 'usage',
  ROTATE_FILE_VALUE: 'failed',
  ROTATE_FORBIDDEN: 'incomplete',
  ROTATE_GH_LOGGED_OUT: 'failed',
  ROTATE_GH_MISSING: 'failed',
  ROTATE_GH_TOO_OLD: 'failed',
  ROTATE_GITHUB: 'failed',
  ROTATE_GITHUB_ANSWER: 'failed',
  ROTATE_GITHUB_DOWN: 'failed',
  ROTATE_GITHUB_FORBIDDEN: 'failed',
  ROTATE_GITHUB_NONE_SELECTED: 'failed',
  ROTATE_GITHUB_NOT_FOUND: 'failed',
  ROTATE_GITHUB_NOT_SHOWN: 'incomplete',
  ROTATE_GITHUB_RATE_LIMIT: 'failed',
  ROTATE_GITHUB_UNREACHABLE: 'failed',
  ROTATE_GOING_BACK: 'incomplete',
  ROTATE_HEADERS: 'usage',
  ROTATE_INCOMING_DEAD: 'incomplete',
  ROTATE_INCOMING_GONE: 'failed',
  ROTATE_INCOMING_UNKNOWN: 'incomplete',
  ROTATE_INFISICAL: 'usage',
  ROTATE_INFISICAL_ANSWER: 'failed',
  ROTATE_INFISICAL_DENIED: 'failed',
  ROTATE_INFISICAL_DIFFERS: 'incomplete',
  ROTATE_INFISICAL_LOGIN: 'failed',
  ROTATE_INFISICAL_PLACE: 'failed',
  ROTATE_INFISICAL_REFERENCE: 'failed',
  ROTATE_INFISICAL_REFUSED: 'failed',
  ROTATE_INFISICAL_SITE: 'failed',
  ROTATE_INFISICAL_UNREACHABLE: 'failed',
  ROTATE_INFISICAL_VALUE: 'failed',
  ROTATE_INTERRUPTED: 'interrupted',
  ROTATE_INVALID: 'incomplete',
  ROTATE_IN_FLIGHT: 'failed',
  ROTATE_JOURNAL: 'failed',
  ROTATE_KEY: 'usage',
  ROTATE_LOCKED: 'failed',
  ROTATE_MANUAL: 'incomplete',
  ROTATE_NONE: 'failed',
  ROTATE_NOT_HELD: 'incomplete',
  ROTATE_NOT_HELD_HERE: 'failed',
  ROTATE_NOT_LAST: 'incomplete',
  ROTATE_NOT_PROVED: 'incomplete',
  ROTATE_NOT_THE_TOKEN: 'failed',
  ROTATE_NO_AUTHORIZATION: 'failed',
  ROTATE_NO_CADENCE: 'usage',
  ROTATE_NO_CONSUMERS: 'failed',
  ROTATE_NO_PROGRAM: 'failed',
  ROTATE_NO_SESSION: 'failed',
  ROTATE_NO_TOKEN: 'failed',
  ROTATE_OTHER_ACCOUNT: 'failed',
  ROTATE_PLATFORM: 'failed',
  ROTATE_PREVIOUS_UNKNOWN: 'incomplete',
  ROTATE_PROBE: 'incomplete',
  ROTATE_RATE_LIMIT: 'failed',
  ROTATE_REGENERATE: 'failed',
  ROTATE_RELEASE_FAILED: 'incomplete',
  ROTATE_RELEASE_TIMEOUT: 'incomplete',
  ROTATE_ROTATED_MEANWHILE: 'failed',
  ROTATE_SCOPE: 'usage',
  ROTATE_SELF_IN_PLACE: 'failed',
  ROTATE_SELF_SCOPE: 'failed',
  ROTATE_SESSION: 'failed',
  ROTATE_SESSION_CHANGED: 'failed',
  ROTATE_START_OVER: 'incomplete',
  ROTATE_STDIN: 'usage',
  ROTATE_STILL_HELD: 'incomplete',
  ROTATE_STILL_RUNNING: 'incomplete',
  ROTATE_STRAGGLERS: 'incomplete',
  ROTATE_TAKE_OVER: 'failed',
  ROTATE_TERMINAL: 'usage',
  ROTATE_TOO_LATE: 'incomplete',
  ROTATE_TURNED: 'incomplete',
  ROTATE_TWICE: 'usage',
  ROTATE_TWO_FACTOR: 'failed',
  ROTATE_TWO_VALUES: 'failed',
  ROTATE_UNEXPECTED: 'failed',
  ROTATE_UNREACHABLE: 'failed',
  ROTATE_USAGE: 'usage',
  ROTATE_WHICH: 'usage',
  ROTATE_WITHIN: 'usage',
} as const satisfies Record<`ROTATE_${string}`, Exit>

export type ErrorCode = keyof typeof catalogue

/** A step for the person: a heroku command by its words, a flag to add to what was typed, or a thing to do. */
export type Next = Command | {flag: readonly [name: string, ...value: string[]]} | {todo: string}

/** `note` follows the command as it is. */
type Command = {command: readonly [id: string, ...words: string[]]; note?: string}

export const heroku = (id: string, ...words: readonly string[]): Command => ({command: [id, ...words]})
export const flag = (...flag: [name: string, ...value: string[]]): Next => ({flag})
export const todo = (todo: string): Next => ({todo})

/** Goes on with the rotation; a consumer, which knows of no rotation, names none. */
export const toResume = (rotation?: string, ...words: readonly string[]) =>
  heroku('authorizations:rotate:resume', ...(rotation === undefined ? [] : ['--rotation', rotation]), ...words)
export const toRollBack = (rotation: string, ...words: readonly string[]) => heroku('authorizations:rotate:rollback', '--rotation', rotation, ...words)

export const isCommand = (step: Next, id: string): step is Command => 'command' in step && step.command[0] === id

/** Tells the commands of the plugin for a rotation that was begun from the command that begins one. */
export const isOurs = (step: Next) => 'command' in step && step.command[0].startsWith('authorizations:rotate:')

export function textOf(step: Next): string {
  if ('todo' in step) return step.todo
  return 'flag' in step ? typed(...step.flag) : `${typed('heroku', ...step.command)}${step.note ?? ''}`
}

export type Details = {
  exit?: Exit
  next: Next | readonly Next[]
  now?: string | undefined
}

/** Carries no cause: a cause could hold a request, and a request holds a token. */
export class RotationError extends CLIError {
  override readonly code: ErrorCode
  readonly exit: Exit
  readonly exitCode: number
  readonly happened: string
  /** The steps as text, each once. */
  readonly next: readonly string[]
  readonly now: string | undefined
  readonly steps: readonly Next[]

  constructor(code: ErrorCode, happened: string, {exit = catalogue[code], next, now}: Details) {
    const steps = new Map([next].flat().map(step => [textOf(step), step]))
    super(now ? `${happened}\n${now}` : happened, {code, exit: exitCodes[exit], suggestions: [...steps.keys()]})
    this.code = code
    this.exit = exit
    this.exitCode = exitCodes[exit]
    this.happened = happened
    this.next = [...steps.keys()]
    this.now = now
    this.steps = [...steps.values()]
  }

  with({exit = this.exit, next = this.steps, now = this.now}: Partial<Details>): RotationError {
    return new RotationError(this.code, this.happened, {exit, next, now})
  }
}

/** The words on the command line are wrong, or the world does not allow the rotation: nothing was changed. */
export function refused(code: ErrorCode, happened: string, next: Next | readonly Next[], exit: Exit = catalogue[code]): RotationError {
  return new RotationError(code, happened, {exit, next, now: 'Nothing was changed.'})
}

/** Ctrl-C or SIGTERM: no new work is started, and the journal says where to go on. */
export class Interrupted extends RotationError {
  constructor() {
    super('ROTATE_INTERRUPTED', 'Interrupted.', {next: toResume()})
  }
}

/** A script goes on with the rotation before it looks into an app. */
export function nextCommand({steps}: RotationError): null | string {
  const step = steps.find(one => isOurs(one)) ?? steps[0]
  return step ? textOf(step) : null
}
