/** A run of the plugin inside the test: its own code, a real disk, the sandbox for Heroku, a clock of the test's. */
import {createHash} from 'node:crypto'
import {setMaxListeners} from 'node:events'

import type {Context} from '../../src/lib/context.js'
import type {AskSecondFactor} from '../../src/lib/heroku/second-factor.js'
import type {Fetch, Outside, ProgressEvent, Random} from '../../src/lib/ports.js'
import type {Disk} from '../../src/lib/system/disk.js'
import type {Clock, Sandbox} from '../sandbox/sandbox.js'

import {Interrupted} from '../../src/lib/errors.js'
import {PlatformApi} from '../../src/lib/heroku/platform-api.js'
import {secondFactor} from '../../src/lib/heroku/second-factor.js'
import {Transport} from '../../src/lib/heroku/transport.js'
import {pathsBelow} from '../../src/lib/journal/paths.js'
import {Filter} from '../../src/lib/secrecy/filter.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {realDisk} from '../../src/lib/system/disk.js'

type Parts = {
  /** Answers the prompt for a second factor; without it there is no terminal. */
  ask?: AskSecondFactor
  /** The virtual clock of the sandbox, or a real one. */
  clock: Clock
  deadlineMs?: number
  /** A wrapper of the real disk, such as one that is full. */
  disk?: (real: Disk) => Disk
  /** Default: a process of its own, which a kill fault ends. */
  fetch?: Fetch
  host?: string
  /** Whether another process of this host still runs; by default each one has ended. */
  isAlive?: (pid: number) => boolean
  /** Programs, files, addresses and people; by default there are none. */
  outside?: Outside
  pid?: number
  /** The data directory: what two runs share when they are on one machine. */
  root: string
  sandbox: Sandbox
  /** What ids and salts follow from. */
  seed?: string
  /** The session's token; default: the operator's CLI login. */
  session?: string
}

export type InProcess = {
  context: Context
  /** What was reported so far, in order. */
  events: ProgressEvent[]
  /** The first Ctrl-C. */
  interrupt(): void
  /** SIGKILL: nothing it does from now on reaches the platform or the disk; what it waits for never comes. */
  kill(): void
  /** The reported events as text, one a line. */
  told(): string
}

/**
 * Time passes when everybody sleeps. The virtual clock sees calls of the sandbox and file operations;
 * anything else that a test waits for (a child process, real sockets) goes through `clock.during`.
 */
export function makeInProcess(parts: Parts): InProcess {
  const {clock, host = 'example-host', pid = 1, root, sandbox} = parts
  const random = seededRandom(parts.seed ?? `${host} ${pid} ${sandbox.log.length}`)
  const session = new Secret(parts.session ?? sandbox.sessionToken)
  const controller = new AbortController()
  const {signal} = controller
  // As the real one: every app that is waited for listens.
  setMaxListeners(0, signal)
  const events: ProgressEvent[] = []
  const filter = new Filter()
  filter.add(session)
  let isDead = false
  const fetch = parts.fetch ?? sandbox.startProcess()
  const transport = new Transport({
    baseUrl: 'https://api.heroku.test',
    clock,
    deadlineMs: parts.deadlineMs ?? 30_000,
    fetch: (url, init) => unlessDead(() => isDead, () => fetch(url, init)),
    headers: {'user-agent': 'in-process'},
    random,
    signal,
  })
  const disk = realDisk(() => Buffer.from(random.bytes(6)).toString('hex'))
  const context: Context = {
    api: new PlatformApi(secondFactor(transport, parts.ask ?? noTerminal), session),
    clock,
    disk: mortal(parts.disk?.(disk) ?? disk, () => isDead),
    filter,
    outside: parts.outside ?? nothingOutside(fetch),
    paths: pathsBelow(root),
    processes: {
      isAlive: other => other === pid || (parts.isAlive?.(other) ?? false),
      self: {host, pid, startedAt: null, user: 'operator'},
    },
    random,
    report: event => events.push(event),
    session,
    signal,
  }
  return {
    context,
    events,
    interrupt: () => controller.abort(new Interrupted()),
    kill() {
      isDead = true
    },
    told: () => events.map(event => JSON.stringify(event)).join('\n'),
  }
}

/** No programs and nobody to ask; addresses go where Heroku's do. */
function nothingOutside(fetch: Outside['fetch']): Outside {
  return {
    env: {},
    fetch,
    home: '/nowhere',
    lookup: async () => [],
    person: {agrees: async () => null, confirms: async () => null},
    async run([file = '']) {
      throw Object.assign(new Error(`${file}: no such program`), {code: 'ENOENT'})
    },
  }
}

/** Before and after: what was under way when the process died is done, and nobody hears of it. */
async function unlessDead<T>(isDead: () => boolean, work: () => Promise<T>): Promise<T> {
  const never = () => new Promise<never>(() => {})
  if (isDead()) return never()
  try {
    const done = await work()
    return isDead() ? await never() : done
  } catch (error) {
    if (isDead()) return never()
    throw error
  }
}

function mortal(disk: Disk, isDead: () => boolean): Disk {
  return {
    append: (...parts) => unlessDead(isDead, () => disk.append(...parts)),
    claim: (...parts) => unlessDead(isDead, () => disk.claim(...parts)),
    list: directory => unlessDead(isDead, () => disk.list(directory)),
    read: path => unlessDead(isDead, () => disk.read(path)),
    replace: (...parts) => unlessDead(isDead, () => disk.replace(...parts)),
    shred: path => unlessDead(isDead, () => disk.shred(path)),
  }
}

/** Looks random and follows from the seed, so that a failing run can be repeated. */
export function seededRandom(seed: string): Random {
  let count = 0
  const block = () => createHash('sha256').update(`${seed} ${count++}`).digest()
  return {
    bytes(wanted) {
      const blocks: Buffer[] = []
      while (blocks.length * 32 < wanted) blocks.push(block())
      return new Uint8Array(Buffer.concat(blocks).subarray(0, wanted))
    },
    number: () => block().readUInt32BE() / 2 ** 32,
  }
}

async function noTerminal(): Promise<never> {
  throw new Error('no terminal')
}
