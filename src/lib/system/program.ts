import * as z from 'zod'
import type {Outside} from '../ports.js'
import type {Secret} from '../secrecy/secret.js'
import type {Where} from './paths.js'
import {RotationError, todo} from '../errors.js'
import {holdsAny} from '../secrecy/scrub.js'
import {HEROKU_TOKEN} from '../secrecy/shapes.js'
import {count} from '../text/count.js'
import {typed} from '../text/shell-quote.js'
import {variables} from './child-process.js'
import {isPath, whereIs} from './on-path.js'
import {absolutePath} from './paths.js'
import {codeOf} from './system-error.js'

export const commandLine = z
  .array(z.string().regex(/^[^\0]*$/, 'holds a NUL byte').refine(word => !HEROKU_TOKEN.test(word), 'looks like a token: it goes in on stdin'))
  .min(1)
  .refine(([program]) => program !== '', 'names no program')

export type CommandLine = readonly string[]

type Job = {
  command: CommandLine
  input?: Secret | undefined
  known?: readonly (null | Secret | undefined)[]
  name: string
  passes?: readonly string[] | undefined
  seconds: number
}

type Access = Pick<Outside, 'env' | 'run'> & {signal: AbortSignal}

/** A path of a program is relative to the rotation file; arguments stay as they are. */
export function locateProgram([program = '', ...args]: CommandLine, where: Where): string[] {
  return [isPath(program) ? absolutePath(program, where) : program, ...args]
}

export async function findProgram([program = '']: CommandLine, env: Outside['env']): Promise<void> {
  if ((await whereIs(program, env)) === null) throw noProgram(program)
}

/** No output of a program is quoted: the program may have printed the token in any form. */
export async function perform(job: Job, {env, run, signal}: Access): Promise<string> {
  const {command, input, seconds} = job
  const [program = ''] = command
  const known = [input, ...(job.known ?? [])]
  const passed = variables(job.passes ?? [], env)
  refuseLeaks([...command, ...Object.values(passed)], job, known)
  let ran
  try {
    ran = await run(command, {env: passed, ...(input ? {input} : {}), signal, timeoutMs: seconds * 1000})
  } catch (error) {
    signal.throwIfAborted()
    const code = codeOf(error)
    if (error instanceof RotationError || code === null) throw error
    throw code === 'ENOENT' ? noProgram(program) : failure(job, `cannot be started (${code})`)
  }

  const {exitCode, stdout} = ran
  if (exitCode === 0) return stdout
  throw failure(job, exitCode === null ? `was killed; it is given ${count(seconds, 'second')}` : `ended with ${exitCode}`)
}

/** Everybody on the machine can read a command line, and a child hands its environment on. */
function refuseLeaks(texts: readonly string[], {name}: Job, known: readonly (null | Secret | undefined)[]): void {
  if (!texts.some(text => HEROKU_TOKEN.test(text) || holdsAny(text, known))) return
  throw new RotationError('ROTATE_COMMAND', `${name}: its command line, or a variable that it is to be given, holds a token.`, {
    exit: 'failed',
    next: todo(`Take the token out of the command ${name} and its env: it gets the value on stdin.`),
  })
}

function failure({command, name}: Job, what: string): RotationError {
  return new RotationError('ROTATE_COMMAND', `${name}: ${command[0]} ${what}.`, {
    next: todo(`What it printed is not shown, because that may hold the token. To see for yourself: ${typed(...command)}`),
  })
}

function noProgram(program: string): RotationError {
  return new RotationError('ROTATE_NO_PROGRAM', `${program}: no such program.`, {
    next: todo(isPath(program) ? typed('ls', '-l', program) : `Install ${program}, or put it on the PATH.`),
  })
}
