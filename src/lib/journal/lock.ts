import * as z from 'zod'
import type {Clock, Processes} from '../ports.js'
import type {Disk} from '../system/disk.js'
import {heroku, RotationError, todo} from '../errors.js'
import {jsonIn} from '../text/json.js'
import {quoted} from '../text/shell-quote.js'
import {lockName, type Paths} from './paths.js'

const holderSchema = z.object({
  at: z.number(),
  boot: z.string().nullish(),
  host: z.string(),
  namespace: z.string().nullish(),
  pid: z.number().int(),
  released: z.boolean(),
  rotation: z.string(),
  startedAt: z.number().nullable(),
  user: z.string(),
})
type Holder = z.output<typeof holderSchema>
type Held = Holder & {path: string}

/** No credential's name begins with a slash. */
const AUDIT = '/audit'

const ATTEMPTS = 200
const PAUSE_MS = 50

export type Lock = {
  /** Throws once another process has the lock: a process that was stopped for an hour does not know that somebody took its work over. */
  refuseLost(): Promise<void>
  release(): Promise<void>
}

export type LockPorts = {clock: Clock; disk: Disk; paths: Paths; processes: Processes}

/**
 * Each holder is a generation, a file that is made with all its content at once; the highest generation counts. A
 * generation that was released, or whose owner is dead, is followed by the next, which only one process can make. So a
 * lock is taken from the dead without ever removing a lock that is held.
 */
export async function lock(credential: string, rotation: string, ports: LockPorts): Promise<Lock> {
  const {clock, disk, paths, processes} = ports
  for (;;) {
    const generations = await generationsOf(credential, ports)
    const newest = generations.at(-1)
    const holder = newest === undefined ? null : await heldAt(paths.lock(credential, newest), ports)
    if (holder) throw held(credential, holder, ports)

    const mine = (newest ?? 0) + 1
    const path = paths.lock(credential, mine)
    const at = clock.now()
    const textOf = (released: boolean) => JSON.stringify({...processes.self, at, released, rotation})
    const [taken, given] = [textOf(false), textOf(true)]
    if (!(await disk.claim(path, taken))) continue
    // A process that read an older state may have made a later generation meanwhile.
    const after = await generationsOf(credential, ports)
    if (after.at(-1) !== mine) {
      await disk.shred(path)
      continue
    }

    for (const old of after.slice(0, -1)) await disk.shred(paths.lock(credential, old))
    const refuseLost = async () => {
      const now = await disk.read(path)
      if (now !== taken && now !== given) throw lost(credential, rotation)
    }

    return {
      refuseLost,
      async release() {
        try {
          await refuseLost()
          // The file stays and is marked, because the next generation is counted from it.
          await disk.replace(path, given)
        } catch {
          // The outcome of the work must not be lost for this; the end of the process releases the lock too.
        }
      },
    }
  }
}

function lost(credential: string, rotation: string): RotationError {
  return new RotationError('ROTATE_LOCKED', `This command does not have the lock of ${credential} any more: somebody has taken it away, and may have gone on with rotation ${rotation}.`, {
    exit: 'incomplete',
    next: heroku('authorizations:rotate:status'),
  })
}

export async function refusal(credential: string, ports: LockPorts): Promise<null | RotationError> {
  const holder = await holderOf(credential, ports)
  return holder && held(credential, holder, ports)
}

/** The process that holds the lock of the credential now. */
export async function holderOf(credential: string, ports: LockPorts): Promise<Held | null> {
  const newest = (await generationsOf(credential, ports)).at(-1)
  return newest === undefined ? null : heldAt(ports.paths.lock(credential, newest), ports)
}

/** Waits for the audit log: an entry takes moments only. */
export async function lockAudit(rotation: string, ports: LockPorts): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await lock(AUDIT, rotation, ports)
    } catch (error) {
      if (!(error instanceof RotationError) || attempt >= ATTEMPTS) throw error
      await ports.clock.sleep(PAUSE_MS)
    }
  }
}

async function generationsOf(credential: string, {disk, paths}: LockPorts): Promise<number[]> {
  const prefix = `${lockName(credential)}.`
  const names = (await disk.list(paths.locks)).filter(name => name.startsWith(prefix))
  return names
    .map(name => Number.parseInt(name.slice(prefix.length), 10))
    .filter(generation => Number.isInteger(generation))
    .sort((a, b) => a - b)
}

async function heldAt(path: string, {disk, processes}: LockPorts): Promise<Held | null> {
  // The file was made with all its content, so only a dying disk leaves half of it; its owner counts as dead.
  const {data} = holderSchema.safeParse(jsonIn((await disk.read(path)) ?? ''))
  return data && isHeld(data, processes) ? {...data, path} : null
}

function isHeld(holder: Holder, processes: Processes): boolean {
  if (holder.released) return false
  // Nothing is known of a process on another machine that shares the directory, so it counts as alive.
  const {self} = processes
  if (holder.host !== self.host) return true
  // The machine was started again since, and nothing of before runs.
  if (holder.boot && self.boot && holder.boot !== self.boot) return false
  // Nothing is known of the processes of another namespace either.
  if (isOfOtherNamespace(holder, processes)) return true
  return processes.isAlive(holder.pid, holder.startedAt)
}

const isOfOtherNamespace = ({namespace}: Holder, {self}: Processes) => Boolean(namespace && self.namespace && namespace !== self.namespace)

function held(credential: string, holder: Held, {clock, processes}: LockPorts): RotationError {
  const minutes = Math.floor((clock.now() - holder.at) / 60_000)
  // A machine may have changed its name, or be gone.
  const isElsewhere = holder.host !== processes.self.host || isOfOtherNamespace(holder, processes)
  const who = `${holder.user}@${holder.host}, process ${holder.pid}, for ${minutes === 0 ? 'less than a minute' : `${minutes} min`}`
  const busy = credential === AUDIT ? 'Another process is writing to the audit log' : `Somebody is rotating ${credential} already`
  return new RotationError('ROTATE_LOCKED', `${busy} (${who}).`, {
    next: [
      todo('Wait for it to end.'),
      heroku('authorizations:rotate:status'),
      ...(isElsewhere ? [todo(`Or, once you know that no such process runs on ${holder.host} any more: rm ${quoted(holder.path)}`)] : []),
    ],
    now: `This command changed nothing. Rotation ${holder.rotation} has the lock.`,
  })
}
