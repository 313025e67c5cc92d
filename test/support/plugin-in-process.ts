import {readFileSync} from 'node:fs'
import nodeModule, {createRequire} from 'node:module'
import {dirname} from 'node:path'
import {Readable, Writable} from 'node:stream'
import {Script} from 'node:vm'

import {cliEnvironment, type CliOptions, type Ran} from './cli-process.js'

const takesItsPlace: ReadonlySet<string> = new Set(['cwd', 'env', 'home', 'input'])
const isOfTheProcess = /^(?:DEBUG|HEROKU_DEBUG|NODE_.*|.*_PROXY)$/i

type Seen = {exited: boolean; stderr: string; stdout: string}

class Exit extends Error {}

let isBusy = false
let script: Script | undefined

/** One at a time, without a terminal or signals, and with nothing in its environment that Node.js reads at its start. */
export const runsInProcess = (options: CliOptions): boolean =>
  !isBusy && Object.keys(options).every(name => takesItsPlace.has(name)) && !Object.keys(options.env ?? {}).some(name => isOfTheProcess.test(name))

/**
 * Runs the plugin in this process as it runs in one of its own: its modules are made anew, and meet the arguments, the
 * environment, the folder and the streams of a process that was just started. Whatever they leave behind is taken away.
 */
export async function runInProcess(bundle: string, args: readonly string[], options: CliOptions): Promise<Ran> {
  isBusy = true
  const startedAt = performance.now()
  const seen = {exited: false, stderr: '', stdout: ''}
  const leave = takePlace([process.execPath, bundle, ...args], options, seen)
  script ??= new Script(nodeModule.wrap(readFileSync(bundle, 'latin1')), {
    filename: bundle,
    importModuleDynamically: specifier => import(specifier),
  })
  let exitCode: number | undefined
  try {
    const loaded = {exports: {done: Promise.resolve()}}
    script.runInThisContext()(loaded.exports, createRequire(bundle), loaded, bundle, dirname(bundle))
    await loaded.exports.done
  } catch (error) {
    if (!(error instanceof Exit)) throw error
  } finally {
    exitCode = leave()
    isBusy = false
  }

  return {durationMs: performance.now() - startedAt, exitCode, pid: process.pid, signal: undefined, stderr: seen.stderr, stdout: seen.stdout}
}

/** Answers how to give everything back, which answers the exit code. */
function takePlace(argv: string[], options: CliOptions, seen: Seen): () => number {
  const {argv: ourArgv, exit, exitCode: ourExitCode} = process
  const environment = {...process.env}
  const folder = process.cwd()
  const globals = new Set(Object.keys(globalThis))
  const listeners = new Map(process.eventNames().map(name => [name, new Set(process.rawListeners(name))]))
  const streams = ['stderr', 'stdin', 'stdout'].map(name => ({descriptor: Object.getOwnPropertyDescriptor(process, name), name}))

  process.argv = argv
  setEnvironment(cliEnvironment(options))
  process.exitCode = undefined
  if (options.cwd !== undefined) process.chdir(options.cwd)
  Object.defineProperty(process, 'stderr', {configurable: true, value: into(seen, 'stderr')})
  Object.defineProperty(process, 'stdout', {configurable: true, value: into(seen, 'stdout')})
  Object.defineProperty(process, 'stdin', {configurable: true, value: Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)])})
  process.exit = code => {
    if (!seen.exited) process.exitCode = code ?? process.exitCode
    seen.exited = true // what catches this error and goes on is no longer there
    throw new Exit()
  }

  return () => {
    const exitCode = Number(process.exitCode ?? 0)
    for (const name of process.eventNames()) {
      for (const listener of process.rawListeners(name)) {
        if (listeners.get(name)?.has(listener)) continue
        if (name === 'exit') Reflect.apply(listener, process, [exitCode])
        process.removeListener(name, isListener(listener) ? listener : () => {})
      }
    }

    for (const {descriptor, name} of streams) Object.defineProperty(process, name, descriptor ?? {})
    for (const name of Object.keys(globalThis)) if (!globals.has(name)) Reflect.deleteProperty(globalThis, name)
    Object.assign(process, {argv: ourArgv, exit, exitCode: ourExitCode})
    setEnvironment(environment)
    process.chdir(folder)
    return exitCode
  }
}

/** In place: the C library answers where home is. */
function setEnvironment(wanted: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, wanted)
}

const isListener = (value: unknown): value is (...args: unknown[]) => void => typeof value === 'function'

function into(seen: Seen, name: 'stderr' | 'stdout'): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      if (!seen.exited) seen[name] += chunk.toString()
      done()
    },
  })
}
