import {execa} from 'execa'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {constants, tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {emptyScreen} from './screen.js'

type Pattern = RegExp | string

export type CliOptions = {
  /** Width of the terminal (`tty`), 80 by default. */
  columns?: number
  cwd?: string
  /** Added to the minimal environment; `undefined` removes a variable from it. */
  env?: Record<string, string | undefined>
  /** Nobody reads stderr any more once the output matches, as behind `| head`; not on a terminal. */
  hangUpAt?: Pattern
  home: string
  /** stdin, where there is no terminal; without it stdin is empty and closed. */
  input?: string
  rows?: number
  /** Sends the signal that many milliseconds after the start, or once the output matches. */
  signalAt?: {signal: NodeJS.Signals; when: number | Pattern}
  /** Milliseconds after which the process is killed; 60 s by default. */
  timeout?: number
  /** Runs in a pseudo terminal: stdout and stderr then both are `stdout`, as the terminal received them. */
  tty?: boolean
}

export type Ran = {
  durationMs: number
  exitCode: number | undefined
  pid: number
  signal: string | undefined
  stderr: string
  stdout: string
}

export type Running = {
  done: Promise<Ran>
  kill(signal?: NodeJS.Signals): void
  /** What was printed so far. */
  output(): {stderr: string; stdout: string}
  /** Of the CLI itself, also behind a terminal. */
  pid: number
  /** Resolves once stdout or stderr matches; rejects when the process ends or the time is over first. */
  waitFor(pattern: Pattern, timeoutMs?: number): Promise<void>
}

export type Terminal = Running & {
  /** Sends keys as they are: `'\x03'` is Ctrl-C, `'\x1B[B'` arrow down. */
  press(keys: string): void
  /** What a person sees at this moment: rows without colours, cursor movements applied. */
  screen(): string
  /** Types a line and presses return. */
  type(line: string): void
}

const nothingListensHere = 'http://127.0.0.1:9'
const networkGuard = fileURLToPath(new URL('network-guard.mjs', import.meta.url))

/**
 * The whole environment of a child: nothing of ours is inherited but PATH, and nothing leaves the machine.
 *
 * With telemetry switched on (`DISABLE_TELEMETRY: undefined`) the network guard is loaded too; it refuses
 * every other machine and, with NETWORK_LOG set to a file, notes what telemetry would have sent.
 */
export function cliEnvironment({env = {}, home}: Pick<CliOptions, 'env' | 'home'>): Record<string, string> {
  const host = env['HEROKU_HOST'] ?? nothingListensHere
  const merged = {
    DISABLE_TELEMETRY: 'true',
    HEROKU_ANALYTICS_URL: `${host}/hamurai`,
    HEROKU_DISABLE_AUTOUPDATE: '1',
    HEROKU_HOST: host,
    HEROKU_PARTICLEBOARD_URL: host,
    HEROKU_SKIP_NEW_VERSION_CHECK: '1',
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: process.env['PATH'],
    TZ: 'UTC',
    ...env,
  }
  const guarded = merged.DISABLE_TELEMETRY === 'true'
    ? merged
    : {...merged, NODE_OPTIONS: [env['NODE_OPTIONS'], `--import=${networkGuard}`].filter(Boolean).join(' ')}
  return Object.fromEntries(Object.entries(guarded).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
}

export function spawnCli(nodeArguments: readonly string[], options: CliOptions): Running {
  const startedAt = performance.now()
  const child = execa(process.execPath, nodeArguments, {
    ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
    env: cliEnvironment(options),
    extendEnv: false,
    ...(options.input === undefined ? {stdin: 'ignore'} : {input: options.input}),
    reject: false,
    stripFinalNewline: false,
    timeout: options.timeout ?? 60_000,
  })
  const {pid} = child
  if (pid === undefined) throw new Error('the CLI did not start')

  const printed = {stderr: '', stdout: ''}
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString()
  })

  const done = child.then(({exitCode, signal, stderr, stdout}): Ran => ({
    durationMs: performance.now() - startedAt, exitCode, pid, signal, stderr, stdout,
  }))
  const running: Running = {
    done,
    kill: signal => child.kill(signal),
    output: () => ({...printed}),
    pid,
    waitFor: waiter(done, () => printed.stdout + printed.stderr),
  }
  if (options.hangUpAt !== undefined) running.waitFor(options.hangUpAt).then(() => child.stderr.destroy(), () => {})
  arm(running, options)
  return running
}

/** Needs `script` of util-linux, which every Debian has. */
export async function openTerminal(nodeArguments: readonly string[], options: CliOptions): Promise<Terminal> {
  const startedAt = performance.now()
  const {columns = 80, rows = 40} = options
  const notes = mkdtempSync(join(tmpdir(), 'terminal-'))
  const pidFile = join(notes, 'pid')
  const command = [process.execPath, ...nodeArguments].map(word => quoted(word)).join(' ')

  const child = execa('script', [
    '--quiet',
    '--flush',
    '--return',
    '--command',
    `stty cols ${columns} rows ${rows}; echo $$ > ${quoted(pidFile)}; exec ${command}`,
    '/dev/null',
  ], {
    ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
    env: {SHELL: '/bin/sh', TERM: 'xterm-256color', ...cliEnvironment(options)},
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
    stripFinalNewline: false,
    timeout: options.timeout ?? 60_000,
  })

  let received = ''
  const {text: screen, write} = emptyScreen(columns)
  child.stdout.on('data', (chunk: Buffer) => {
    received += chunk.toString()
    write(chunk.toString())
  })

  const ended = child.then(({exitCode = 0, signal, stderr, stdout}) => ({
    // `script` reports a child that a signal ended as a shell does
    ...(exitCode > 128 && exitCode !== 130 ? {exitCode: undefined, signal: signalNamed(exitCode - 128)} : {exitCode, signal}),
    stderr,
    stdout,
  }))
  const pid = await firstPid(pidFile, ended)
  const done = ended.then((end): Ran => {
    rmSync(notes, {force: true, recursive: true})
    return {...end, durationMs: performance.now() - startedAt, pid}
  })

  const terminal: Terminal = {
    done,
    kill(signal = 'SIGTERM') {
      process.kill(pid, signal)
    },
    output: () => ({stderr: '', stdout: received}),
    pid,
    press: keys => child.stdin.write(keys),
    screen,
    type: line => child.stdin.write(`${line}\r`),
    waitFor: waiter(done, screen),
  }
  arm(terminal, options)
  return terminal
}

export async function runCli(nodeArguments: readonly string[], options: CliOptions): Promise<Ran> {
  const running = options.tty ? await openTerminal(nodeArguments, options) : spawnCli(nodeArguments, options)
  return running.done
}

function arm(running: Running, {signalAt}: CliOptions): void {
  if (!signalAt) return
  const {signal, when} = signalAt
  if (typeof when === 'number') {
    const timer = setTimeout(() => running.kill(signal), when)
    const clear = () => clearTimeout(timer)
    running.done.then(clear, clear)
  } else {
    running.waitFor(when).then(() => running.kill(signal), () => {}) // it ended first: the result says so
  }
}

const matches = (text: string, pattern: Pattern) =>
  typeof pattern === 'string' ? text.includes(pattern) : new RegExp(pattern.source, pattern.flags.replace('g', '')).test(text)

function waiter(done: Promise<Ran>, text: () => string): Running['waitFor'] {
  return async (pattern, timeoutMs = 20_000) => {
    const process = watch(done)
    const deadline = performance.now() + timeoutMs
    while (!matches(text(), pattern)) {
      const over = process.ended ? 'the process ended' : performance.now() > deadline && `${timeoutMs} ms passed`
      if (over) throw new Error(`${over} before the output matched ${pattern}:\n${text()}`)
      await pause(20)
    }
  }
}

async function firstPid(file: string, ended: Promise<unknown>): Promise<number> {
  const process = watch(ended)
  while (!process.ended) {
    const pid = pidIn(file)
    if (pid) return pid
    await pause(5)
  }

  throw new Error(`the terminal did not start: ${JSON.stringify(await ended)}`)
}

function watch(promise: Promise<unknown>) {
  const state = {ended: false}
  const end = () => {
    state.ended = true
  }

  promise.then(end, end)
  return state
}

function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

const pause = (ms: number) => new Promise(resolve => {
  setTimeout(resolve, ms)
})

const quoted = (word: string) => `'${word.replaceAll('\'', String.raw`'\''`)}'`

const signalNamed = (number: number) => Object.entries(constants.signals).find(([, each]) => each === number)?.[0]
