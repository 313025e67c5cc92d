/** Ports to the outside world; `cli/composition.ts` plugs in the real one. */
import type {Secret} from './secrecy/secret.js'

/** Milliseconds since the epoch. */
export type Clock = {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Random = {
  bytes(count: number): Uint8Array
  /** At least 0 and less than 1. */
  number(): number
}

export type Sent = {
  body?: string
  headers?: Readonly<Record<string, string>>
  method?: string
  redirect: 'manual'
  signal: AbortSignal
}

/** The part of a `ReadableStream` that is used. */
export type Streamed = {getReader(): {cancel(): Promise<void>; read(): Promise<{done: boolean; value?: Uint8Array | undefined}>}}

/** The part of a `Response` that is used. */
export type Reply = {
  body: null | Streamed
  headers: Pick<Headers, 'get'>
  ok: boolean
  status: number
  statusText: string
}

export type Fetch = (url: string, init: Sent) => Promise<Reply>

/** All addresses of a host; rejects where it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>

type Owner = {
  /** Null where the system does not tell. */
  boot?: null | string
  host: string
  namespace?: null | string
  pid: number
  user: string
}

export type Processes = {
  /** Compares start times as well, because a pid is used again; a null `startedAt` is unknown and matches any. */
  isAlive(pid: number, startedAt: null | number): boolean
  self: Owner & {startedAt: null | number}
}

export type Ran = {
  /** Null when the program was killed, for one by its deadline. */
  exitCode: null | number
  /** Unscrubbed: may hold a token. */
  stderr: string
  stdout: string
}

export type RunOptions = {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** Written to stdin, the only way in for a token. */
  input?: Secret | string
  signal?: AbortSignal
  timeoutMs: number
}

/** Runs a program without a shell. Rejects with code ENOENT when no program has that name. */
export type Run = (command: readonly string[], options: RunOptions) => Promise<Ran>

export type Person = {
  /** The answer to a question; null when there is nobody to ask. */
  agrees(question: string): Promise<boolean | null>
  /** The name of the person who confirms; null when there is nobody to ask, or the answer is no. */
  confirms(task: string, instructions: string): Promise<null | string>
}

/** Everything outside, but Heroku and the rotation's own files. */
export type Outside = {
  env: Readonly<Record<string, string | undefined>>
  fetch: Fetch
  home: string
  /** Logins made in this run, by the service they are to: one login a service. */
  logins?: Map<string, Promise<Secret>>
  lookup: Lookup
  person: Person
  run: Run
}

export type ProgressEvent =
  | {id: string; detail: string; isProbe?: boolean; state: 'active' | 'done' | 'failed'; type: 'consumer'}
  /** `goal` counts the consumers that the phase goes through; `rotation` names one of several. */
  | {name: string; detail?: string; goal?: number; rotation?: string; seconds?: number; state: 'done' | 'failed' | 'skipped' | 'started'; type: 'phase'}
  /** Takes the place of an earlier note about the same; an empty one takes it away. */
  | {about?: string; text: string; type: 'note'}
  | {text: string; type: 'warning'}
  /** Something that ends at a time that is known, in ms since the epoch. */
  | {text: string; type: 'wait'; until: number}

export type Report = (event: ProgressEvent) => void
