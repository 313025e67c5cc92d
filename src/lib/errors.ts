import {CLIError} from '@oclif/core/errors'
import {typed} from './text/shell-quote.js'

export const exitCodes = {failed: 1, incomplete: 3, interrupted: 130, overdue: 4, usage: 2} as const

export type Exit = keyof typeof exitCodes

/** All error codes, by the exit that a failure ends the command with where it names no other. */
export const catalogue = {
  failed: [
    'ROTATE_AMBIGUOUS', 'ROTATE_AUDIT', 'ROTATE_CLIENT', 'ROTATE_CONSUMER', 'ROTATE_CREATE', 'ROTATE_DISK', 'ROTATE_DRIFT', 'ROTATE_EMPTY_VALUE',
    'ROTATE_FILE_VALUE', 'ROTATE_GH_LOGGED_OUT', 'ROTATE_GH_MISSING', 'ROTATE_GH_TOO_OLD', 'ROTATE_GITHUB', 'ROTATE_GITHUB_ANSWER',
    'ROTATE_GITHUB_DOWN', 'ROTATE_GITHUB_FORBIDDEN', 'ROTATE_GITHUB_NONE_SELECTED', 'ROTATE_GITHUB_NOT_FOUND', 'ROTATE_GITHUB_RATE_LIMIT',
    'ROTATE_GITHUB_UNREACHABLE', 'ROTATE_INCOMING_GONE', 'ROTATE_INFISICAL_ANSWER', 'ROTATE_INFISICAL_DENIED', 'ROTATE_INFISICAL_LOGIN',
    'ROTATE_INFISICAL_PLACE', 'ROTATE_INFISICAL_REFERENCE', 'ROTATE_INFISICAL_REFUSED', 'ROTATE_INFISICAL_SITE', 'ROTATE_INFISICAL_UNREACHABLE',
    'ROTATE_INFISICAL_VALUE', 'ROTATE_IN_FLIGHT', 'ROTATE_JOURNAL', 'ROTATE_LOCKED', 'ROTATE_NONE', 'ROTATE_NOT_HELD_HERE', 'ROTATE_NOT_THE_TOKEN',
    'ROTATE_NO_AUTHORIZATION', 'ROTATE_NO_CONSUMERS', 'ROTATE_NO_PROGRAM', 'ROTATE_NO_SESSION', 'ROTATE_NO_TOKEN', 'ROTATE_OTHER_ACCOUNT',
    'ROTATE_PLATFORM', 'ROTATE_RATE_LIMIT', 'ROTATE_REGENERATE', 'ROTATE_ROTATED_MEANWHILE', 'ROTATE_SELF_IN_PLACE', 'ROTATE_SELF_SCOPE',
    'ROTATE_SESSION', 'ROTATE_SESSION_CHANGED', 'ROTATE_TAKE_OVER', 'ROTATE_TWO_FACTOR', 'ROTATE_TWO_VALUES', 'ROTATE_UNEXPECTED',
    'ROTATE_UNREACHABLE', 'ROTATE_UNREADABLE', 'ROTATE_UNSIGNED', 'ROTATE_UNTRUSTED',
  ],
  incomplete: [
    'ROTATE_ADDED', 'ROTATE_APPROVAL', 'ROTATE_ASKED', 'ROTATE_CHANGED', 'ROTATE_COMMAND', 'ROTATE_DYNOS_CRASHED', 'ROTATE_DYNOS_TIMEOUT', 'ROTATE_FORBIDDEN',
    'ROTATE_GITHUB_NOT_SHOWN', 'ROTATE_GOING_BACK', 'ROTATE_INCOMING_DEAD', 'ROTATE_INCOMING_UNKNOWN', 'ROTATE_INFISICAL_DIFFERS', 'ROTATE_INVALID',
    'ROTATE_MANUAL', 'ROTATE_NOT_HELD', 'ROTATE_NOT_LAST', 'ROTATE_NOT_PROVED', 'ROTATE_PREVIOUS_UNKNOWN', 'ROTATE_PRIVATE', 'ROTATE_PROBE', 'ROTATE_RELEASE_FAILED',
    'ROTATE_RELEASE_TIMEOUT', 'ROTATE_START_OVER', 'ROTATE_STILL_HELD', 'ROTATE_STILL_RUNNING', 'ROTATE_STRAGGLERS', 'ROTATE_TOO_LATE',
    'ROTATE_TURNED',
  ],
  interrupted: ['ROTATE_INTERRUPTED'],
  usage: [
    'ROTATE_APP', 'ROTATE_CERTIFICATES', 'ROTATE_CONFIRM', 'ROTATE_FILE', 'ROTATE_HEADERS', 'ROTATE_HOST', 'ROTATE_INFISICAL', 'ROTATE_KEY', 'ROTATE_NOT_CLAIMED', 'ROTATE_NO_CADENCE',
    'ROTATE_PIPELINE', 'ROTATE_PROXY', 'ROTATE_SCOPE', 'ROTATE_STDIN', 'ROTATE_TERMINAL', 'ROTATE_TWICE', 'ROTATE_USAGE', 'ROTATE_WHICH', 'ROTATE_WITHIN',
  ],
} as const satisfies Record<Exclude<Exit, 'overdue'>, readonly `ROTATE_${string}`[]>

export type ErrorCode = (typeof catalogue)[keyof typeof catalogue][number]

const exits = new Map((['failed', 'incomplete', 'interrupted', 'usage'] as const).flatMap(exit => catalogue[exit].map((code): [string, Exit] => [code, exit])))
const exitOf = (code: ErrorCode): Exit => exits.get(code) ?? 'failed'

/** A step for the person: a heroku command by its words, a flag to add to what was typed, a word to type instead of a mistyped one, or a thing to do. */
export type Next = Command | {flag: readonly [name: string, ...value: string[]]} | {instead: {meant: string; typed: string}} | {todo: string}

/** `note` comes before the command: when, or what for. */
type Command = {command: readonly [id: string, ...words: string[]]; note?: string}

export const heroku = (id: string, ...words: readonly string[]): Command => ({command: [id, ...words]})
export const flag = (...flag: [name: string, ...value: string[]]): Next => ({flag})
export const instead = (typed: string, meant: string): Next => ({instead: {meant, typed}})
export const todo = (todo: string): Next => ({todo})

/** Goes on with the rotation; a consumer, which knows of no rotation, names none. */
export const toResume = (rotation?: string, ...words: readonly string[]) =>
  heroku('authorizations:rotate:resume', ...(rotation === undefined ? [] : ['--rotation', rotation]), ...words)
export const toRollBack = (rotation: string, ...words: readonly string[]) => heroku('authorizations:rotate:rollback', '--rotation', rotation, ...words)

export const isCommand = (step: Next, id: string): step is Command => 'command' in step && step.command[0] === id

/** Tells the commands of the plugin for a rotation that was begun from the command that begins one. */
export const isOurs = (step: Next) => 'command' in step && /^authorizations:rotate:(?!run$)/.test(step.command[0])

export function textOf(step: Next): string {
  if ('todo' in step) return step.todo
  if ('instead' in step) return `Type ${step.instead.meant} instead of ${step.instead.typed}.`
  return 'flag' in step ? typed(...step.flag) : `${step.note === undefined ? '' : `${step.note}: `}${typed('heroku', ...step.command)}`
}

/** A mistake in a file. */
type Place = {column: number; file: string; line: number; message: string}

export type Details = {
  exit?: Exit
  next: Next | readonly Next[]
  now?: string | undefined
  places?: readonly Place[]
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
  /** The mistakes that `happened` tells with the lines of the file. */
  readonly places: readonly Place[]
  readonly steps: readonly Next[]

  constructor(code: ErrorCode, happened: string, {exit = exitOf(code), next, now, places = []}: Details) {
    const steps = new Map([next].flat().map(step => [textOf(step), step]))
    super(now ? `${happened}\n${now}` : happened, {code, exit: exitCodes[exit], suggestions: [...steps.keys()]})
    this.code = code
    this.exit = exit
    this.exitCode = exitCodes[exit]
    this.happened = happened
    this.next = [...steps.keys()]
    this.now = now
    this.places = places
    this.steps = [...steps.values()]
  }

  /** On one line where mistakes of a file have places of their own. */
  get summary(): string {
    const [first, ...others] = this.places
    if (!first) return this.message
    const told = others.length === 0 ? first.message : (this.happened.split(':\n')[0] ?? '')
    return `${told.replace(/(?<![.?])$/, '.')} ${this.now ?? ''}`.trimEnd()
  }

  with({exit = this.exit, next = this.steps, now = this.now}: Partial<Details>): RotationError {
    return new RotationError(this.code, this.happened, {exit, next, now, places: this.places})
  }
}

/** The words on the command line are wrong, or the world does not allow the rotation: nothing was changed. */
export function refused(code: ErrorCode, happened: string, next: Next | readonly Next[], exit: Exit = exitOf(code)): RotationError {
  return new RotationError(code, happened, {exit, next, now: 'Nothing was changed.'})
}

/** Ctrl-C or SIGTERM: no new work is started, and the journal says where to go on. */
export class Interrupted extends RotationError {
  constructor() {
    super('ROTATE_INTERRUPTED', 'Interrupted.', {next: toResume()})
  }
}

/** False for a mistake of the plugin, and for Ctrl-C. */
export const isFailure = (error: unknown): error is RotationError => error instanceof RotationError && error.exit !== 'interrupted'

/** Tells a failure for a sentence that goes on. Throws what is no failure. */
export function reasonOf(error: unknown): string {
  if (isFailure(error)) return error.happened.replace(/\.$/, '')
  throw error
}

/** A script goes on with the rotation before it looks into an app. */
export function nextCommand({steps}: RotationError): null | string {
  const step = steps.find(one => isOurs(one)) ?? steps[0]
  return step ? textOf(step) : null
}
