/**
 * Loaded into every test run: what anybody on the machine can see of each process that is started below it, whoever
 * starts it, is looked at while it runs. Only Linux shows it. What the run itself starts is seen as it starts, too: some
 * end before the next look.
 */
import {ChildProcess} from 'node:child_process'

import {type Seen, treeWatcher} from './process-tree.js'

const EVERY_MS = 25
const TOKEN = /HRKU-[\w-]{20,}/

/** The CLI itself, the terminal it runs in, and what the heroku CLI starts of its own inherit the operator's session. */
const mayInherit: readonly RegExp[] = [
  /\/cached-start\.cjs\b/,
  /\bheroku\b.*\/run(?:\.js)?\b/,
  /\bheroku\/dist\/lib\/analytics-telemetry\//,
  /^git config --global .*\bcredential\.https:/,
  /^(?:script|stty)\b/,
]

/** Whose command line or environment shows a token. */
export function exposed(seen: readonly Seen[]): string[] {
  return seen.flatMap(one => {
    const program = one.argv.join(' ').replaceAll(new RegExp(TOKEN, 'g'), '[token]')
    if (one.argv.some(word => TOKEN.test(word))) return [`${program}: a token on the command line`]
    return !mayInherit.some(known => known.test(program)) && one.environment.some(variable => TOKEN.test(variable)) ? [`${program}: a token in the environment`] : []
  })
}

type Started = {args: readonly string[]; envPairs: readonly string[]}

/** Until the answer is called, each process that this one has started is told of. */
export function onStart(look: (seen: Seen) => void): () => void {
  const spawn: unknown = Reflect.get(ChildProcess.prototype, 'spawn')
  if (typeof spawn !== 'function') throw new TypeError('this Node.js starts processes in another way')
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, options: Started) {
      const failed: unknown = Reflect.apply(spawn, this, [options])
      if (this.pid !== undefined) look({argv: [...options.args], environment: [...options.envPairs], pid: this.pid})
      return failed
    },
  })
  return () => {
    Object.assign(ChildProcess.prototype, {spawn})
  }
}

const found = new Set<string>()
let stop = () => {}
let timer: NodeJS.Timeout | undefined

function look(seen: readonly Seen[]): void {
  for (const problem of exposed(seen)) found.add(problem)
}

export const mochaHooks = {
  afterAll() {
    clearInterval(timer)
    stop()
    if (found.size > 0) throw new Error(`child processes show tokens: ${[...found].join('; ')}`)
  },
  beforeAll() {
    stop = onStart(started => look([started]))
    const tree = treeWatcher(process.pid)
    timer = setInterval(() => look(tree().slice(1)), EVERY_MS)
    timer.unref()
  },
}
