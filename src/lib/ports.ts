/** What the outside world looks like from within; composition.ts plugs in the real one. */
import type {Secret} from './secrecy/secret.js'

/** Milliseconds since the epoch, and a wait that ends early when the signal aborts. */
export type Clock = {
  now(): number
  /** Rejects with `signal.reason` when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Random = {
  bytes(count: number): Uint8Array
  /** In [0, 1). */
  number(): number
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Who runs the rotation, for locks and the journal. */
export type Owner = {
  host: string
  pid: number
  user: string
}

export type Processes = {
  /** Whether a process of this machine is still the one that started at `startedAt` (null: unknown start). */
  isAlive(pid: number, startedAt: null | number): boolean
  self: Owner & {startedAt: null | number}
}

export type Ran = {
  /** Null when it was killed, by its deadline for one. */
  exitCode: null | number
  /** Of stderr; may hold anything: scrub it before it is shown. */
  stderr: string
  stdout: string
}

export type RunOptions = {
  cwd?: string
  /** Added to the minimal environment of a child. */
  env?: Readonly<Record<string, string>>
  /** The token goes in here and nowhere else. */
  input?: Secret | string
  signal?: AbortSignal
  timeoutMs: number
}

/** Runs a program without a shell. Rejects with code ENOENT when there is none of that name. */
export type Run = (command: readonly string[], options: RunOptions) => Promise<Ran>

/** Somebody who knows, or does, what no program can. */
export type Person = {
  /** Whether they say yes; null when there is nobody to ask. */
  agrees(question: string): Promise<boolean | null>
  /** Who says that it is done; null when there is nobody to ask, or they say no. */
  confirms(task: string, instructions: string): Promise<null | string>
}

/** What is neither Heroku nor the rotation's own files. */
export type Outside = {
  env: Readonly<Record<string, string | undefined>>
  fetch: Fetch
  home: string
  /** Logins made in this run, by what they are to: each is made once. */
  logins?: Map<string, Promise<Secret>>
  person: Person
  run: Run
}

export type ProgressEvent =
  | {id: string; detail: string; state: 'active' | 'done' | 'failed'; type: 'consumer'}
  | {name: string; detail?: string; seconds?: number; state: 'done' | 'failed' | 'skipped' | 'started'; type: 'phase'}
  | {text: string; type: 'note' | 'warning'}

export type Report = (event: ProgressEvent) => void
