/*
 * The disk of a machine that can lose its power, in memory: what was not fsynced is gone then, names as well as content.
 * The plugin's own code for the real disk runs on it, because node:fs/promises of this process answers for its paths.
 */
import {constants} from 'node:fs'
import files from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import {dirname} from 'node:path'

/** As in preload.mjs, which does the same to the real process on the real disk. */
export type DiskDeath = {how: 'kept' | 'lost' | 'torn'; write: number}

class Directory {
  durable = new Map<string, Content | Directory>()
  names = new Map<string, Content | Directory>()

  /** Power is lost: back to what is on disk. */
  lose(): void {
    this.names = new Map(this.durable)
    for (const entry of this.names.values()) entry.lose()
  }

  sync(): void {
    this.durable = new Map(this.names)
  }

  tear(): void {}
}

class Content {
  bytes = Buffer.alloc(0)
  durable = Buffer.alloc(0)

  lose(): void {
    this.bytes = this.durable
  }

  sync(): void {
    this.durable = this.bytes
  }

  /** Half of what was written is on disk. */
  tear(): void {
    const {length} = this.durable
    if (this.bytes.length > length) this.bytes = this.bytes.subarray(0, length + Math.floor((this.bytes.length - length) / 2))
  }
}

const prefix = '/machine-'
const machines = new Map<string, Machine>()
let made = 0
const never = () => new Promise<never>(() => {})
const failure = (code: string) => Object.assign(new Error(`${code}: on a disk in memory`), {code})

export class Machine {
  readonly home = `${prefix}${++made}/home`
  readonly #root = new Directory()
  readonly #synced: string[] = []
  #isDead = false
  #plan: {death: DiskDeath | null; die(): void; from: number} = {death: null, die() {}, from: 0}

  constructor() {
    this.#root.names.set('home', new Directory())
    this.#root.sync()
    machines.set(this.home.split('/')[1] ?? '', this)
    if (made === 1) answerForMachines()
  }

  /** Every file, by its path. */
  get content(): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    const walk = (directory: Directory, path: string) => {
      for (const [name, entry] of [...directory.names].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (entry instanceof Directory) walk(entry, `${path}/${name}`)
        else found.set(`${path}/${name}`, entry.bytes.toString())
      }
    }

    walk(this.#root, dirname(this.home))
    return found
  }

  /** The paths that were fsynced, in order. */
  get synced(): readonly string[] {
    return this.#synced
  }

  /** Of everything, at this moment. */
  losePower(): void {
    this.#root.lose()
  }

  /** Nothing that a process which ran before has under way is done any more. */
  kill(): void {
    this.#isDead = true
  }

  /** For the files of the next process, which may die at one of its fsyncs. */
  start(die: () => void, death: DiskDeath | null): void {
    this.#isDead = false
    this.#plan = {death, die, from: this.#synced.length}
  }

  async act<T>(work: () => T): Promise<T> {
    return this.#isDead ? never() : work()
  }

  close(): void {
    machines.delete(this.home.split('/')[1] ?? '')
  }

  link(from: string, to: string): void {
    if (this.#find(to)) throw failure('EEXIST')
    this.#directory(to).names.set(nameOf(to), this.#file(from))
  }

  list(path: string): string[] {
    const found = this.#find(path)
    if (!(found instanceof Directory)) throw failure('ENOENT')
    return [...found.names.keys()]
  }

  /** With those above it; answers the first that was missing. */
  makeDirectory(path: string): string | undefined {
    let first: string | undefined
    let at = this.#root
    let reached = `/${path.split('/')[1]}`
    for (const part of partsOf(path)) {
      reached += `/${part}`
      let next = at.names.get(part)
      if (!next) {
        next = new Directory()
        at.names.set(part, next)
        first ??= reached
      }

      if (!(next instanceof Directory)) throw failure('ENOTDIR')
      at = next
    }

    return first
  }

  open(path: string, given: number | string) {
    const flags = typeof given === 'number' ? given : constants.O_RDONLY
    const found = this.#find(path)
    if (found && (flags & constants.O_EXCL) !== 0) throw failure('EEXIST')
    if (!found && (flags & constants.O_CREAT) === 0) throw failure('ENOENT')
    if (found instanceof Directory) return this.#handle(found, path)
    const content = found ?? new Content()
    if (!found) this.#directory(path).names.set(nameOf(path), content)
    if ((flags & constants.O_TRUNC) !== 0) content.bytes = Buffer.alloc(0)
    return {
      ...this.#handle(content, path),
      stat: () => this.act(() => ({size: content.bytes.length})),
      truncate: (length: number) => this.act(() => {
        content.bytes = content.bytes.subarray(0, length)
      }),
      write: (bytes: Uint8Array, from: number, length: number, at: number) => this.act(() => {
        content.bytes = Buffer.concat([content.bytes.subarray(0, at), bytes.subarray(from, from + length), content.bytes.subarray(at + length)])
      }),
      writeFile: (text: string) => this.act(() => {
        content.bytes = Buffer.concat([content.bytes, Buffer.from(text)])
      }),
    }
  }

  read(path: string): string {
    return this.#file(path).bytes.toString()
  }

  remove(path: string): void {
    this.#file(path)
    this.#directory(path).names.delete(nameOf(path))
  }

  rename(from: string, to: string): void {
    const content = this.#file(from)
    this.#directory(from).names.delete(nameOf(from))
    this.#directory(to).names.set(nameOf(to), content)
  }

  size(path: string): number {
    return this.#file(path).bytes.length
  }

  #directory(path: string): Directory {
    const found = this.#find(dirname(path))
    if (!(found instanceof Directory)) throw failure('ENOENT')
    return found
  }

  #file(path: string): Content {
    const found = this.#find(path)
    if (!(found instanceof Content)) throw failure('ENOENT')
    return found
  }

  #find(path: string): Content | Directory | undefined {
    let at: Content | Directory | undefined = this.#root
    for (const part of partsOf(path)) at = at instanceof Directory ? at.names.get(part) : undefined
    return at
  }

  #handle(entry: Content | Directory, path: string) {
    return {
      close: () => this.act(() => {}),
      sync: () => this.act(() => this.#sync(entry, path)),
    }
  }

  #sync(entry: Content | Directory, path: string): Promise<never> | undefined {
    this.#synced.push(path)
    const {death, die, from} = this.#plan
    if (death?.write !== this.#synced.length - from) {
      entry.sync()
      return undefined
    }

    if (death.how === 'kept') entry.sync()
    if (death.how === 'torn') entry.tear()
    if (death.how === 'lost') this.#root.lose()
    this.kill()
    die()
    return never()
  }
}

/** Below the machine's own root. */
const partsOf = (path: string) => path.split('/').filter(Boolean).slice(1)
const nameOf = (path: string) => partsOf(path).at(-1) ?? ''

/** For every other path the real functions answer. */
function answerForMachines(): void {
  const real = {...files}
  const at = <Arguments extends unknown[], Real>(work: (machine: Machine, ...rest: Arguments) => unknown, otherwise: Real) => (...rest: Arguments): unknown => {
    const machine = machines.get(String(rest[0]).split('/')[1] ?? '')
    if (machine) return machine.act(() => work(machine, ...rest))
    return typeof otherwise === 'function' ? otherwise.apply(files, rest) : undefined
  }

  Object.assign(files, {
    link: at((machine, from: string, to: string) => machine.link(from, to), real.link),
    mkdir: at((machine, path: string) => machine.makeDirectory(path), real.mkdir),
    open: at((machine, path: string, flags: number | string) => machine.open(path, flags), real.open),
    readFile: at((machine, path: string) => machine.read(path), real.readFile),
    readdir: at((machine, path: string) => machine.list(path), real.readdir),
    rename: at((machine, from: string, to: string) => machine.rename(from, to), real.rename),
    rm: at((machine, path: string) => {
      try {
        machine.remove(path)
      } catch {
        // With `force`, which is how the plugin calls it.
      }
    }, real.rm),
    stat: at((machine, path: string) => ({size: machine.size(path)}), real.stat),
    unlink: at((machine, path: string) => machine.remove(path), real.unlink),
  })
  syncBuiltinESMExports()
}
