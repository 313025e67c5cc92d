import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {basename, dirname, isAbsolute, relative, sep} from 'node:path'
import * as z from 'zod'
import type {Paths} from '../journal/paths.js'
import type {Secret} from '../secrecy/secret.js'
import type {Disk} from '../system/disk.js'
import {isOurLog} from '../audit/own-log.js'
import {signer} from '../journal/seal.js'
import {type NamedFile, namedFiles, writtenBy} from '../system/named-files.js'
import {needsTrust, type Reaches} from '../system/reach.js'
import {jsonIn} from '../text/json.js'

const storeSchema = z.strictObject({
  files: z.array(z.strictObject({at: z.string(), key: z.string(), path: z.string(), programs: z.array(z.string()).optional(), signature: z.string().optional()})),
  version: z.literal(1),
})
export type Trusted = z.output<typeof storeSchema>['files'][number]

/** Entries are signed with a key from the session, so that a file that somebody puts there trusts nothing; null where nobody is logged in. */
type Store = {disk: Disk; paths: Paths; session: null | Secret}

/** A rotation file, and what of it needs trust: programs, addresses, files outside its folder. */
export type Trusting = {
  absolute: string
  /** SHA-256 of its content, and of the files that its programs are given. */
  digest: string
  files: readonly NamedFile[]
  /** The name as typed. */
  path: string
  /** Digests of its programs, as a rotation that goes on later compares them. */
  programs: readonly string[]
  reaches: readonly Reaches[]
}

/** `rotations` are the reaches of each. */
export async function trustingOf(text: string, path: string, absolute: string, rotations: readonly (readonly Reaches[])[]): Promise<Trusting> {
  const folder = dirname(absolute)
  const all = rotations.flat()
  const needs = await Promise.all(all.map(async one => (await needsTrust(one.reach, folder)) || !(await keepsFiles(one))))
  // A program runs in the directory of the person, as a rule that of the file.
  const roots = [...new Set([folder, process.cwd()])]
  const files = filesOf(all, roots)
  const programs = await Promise.all(rotations.flatMap(reaches => roots.map(root => programsOf(reaches, root))))
  return {absolute, digest: await digestOf(text, files, roots), files, path, programs: [...new Set(programs.flat())], reaches: all.filter((_, index) => needs[index])}
}

/** An audit entry goes behind what a file has, whatever that is. */
const keepsFiles = async ({by, reach}: Reaches): Promise<boolean> => by !== 'audit' || !('path' in reach) || isOurLog(reach.path)

export async function isTrusted({absolute, digest}: Trusting, store: Store): Promise<boolean> {
  const key = keyOf(absolute, digest)
  return (await trustedFiles(store)).some(file => file.key === key)
}

/** Takes the place of what was trusted of that file before. */
export async function trust({absolute, digest, programs}: Trusting, now: number, store: Store): Promise<void> {
  const others = (await entriesIn(store)).filter(({path}) => path !== absolute)
  const entry = {at: new Date(now).toISOString(), key: keyOf(absolute, digest), path: absolute, programs: [...programs]}
  await write([...others, {...entry, signature: signatureOf(entry, store)}], store)
}

/** False where the file was not trusted. */
export async function revokeTrust(absolute: string, store: Omit<Store, 'session'>): Promise<boolean> {
  const files = await entriesIn(store)
  const kept = files.filter(({path}) => path !== absolute)
  if (kept.length < files.length) await write(kept, store)
  return kept.length < files.length
}

/** Files that this session has trusted. */
export async function trustedFiles(store: Store): Promise<Trusted[]> {
  return (await entriesIn(store)).filter(entry => entry.signature !== undefined && entry.signature === signatureOf(entry, store))
}

function signatureOf({at, key, path, programs}: Trusted, {session}: Store): string | undefined {
  return session ? signer(session, 'trust.json')(JSON.stringify([at, key, path, programs])) : undefined
}

/** A store that cannot be read has none. */
async function entriesIn({disk, paths}: Omit<Store, 'session'>): Promise<Trusted[]> {
  return storeSchema.catch({files: [], version: 1}).parse(jsonIn((await disk.read(paths.trust)) ?? '')).files
}

function write(files: readonly Trusted[], {disk, paths}: Omit<Store, 'session'>): Promise<void> {
  return disk.replace(paths.trust, `${JSON.stringify({files, version: 1}, null, 2)}\n`)
}

const keyOf = (absolute: string, digest: string) => createHash('sha256').update(`${absolute}\0${digest}`).digest('hex')

/** Files that the programs name, below one of `roots`. */
export const filesOf = (reaches: readonly Reaches[], roots: readonly string[], commands = commandsOf(reaches)): NamedFile[] =>
  namedFiles(commands, roots, reaches.flatMap(({reach}) => ('command' in reach ? writtenBy(reach.command) : 'path' in reach ? [reach.path] : [])))

const commandsOf = (reaches: readonly Reaches[]) => reaches.flatMap(({reach}) => ('command' in reach ? [reach.command] : []))

/** A digest of each program with its command line, by which a rotation that goes on later knows it again. */
export function programsOf(reaches: readonly Reaches[], root: string, commands = commandsOf(reaches)): Promise<string[]> {
  return Promise.all(commands.map(command => digestOf(JSON.stringify(command), filesOf(reaches, [root], [command]), [root])))
}

/** Files count by their way below a root, or elsewhere by their names alone, so that another directory or machine has the same digest. */
async function digestOf(text: string, files: readonly NamedFile[], roots: readonly string[]): Promise<string> {
  const contents = await Promise.all(files.filter(({why}) => why === null).map(async ({path}) => {
    const way = roots.map(root => relative(root, path)).find(below => !below.startsWith('..') && !isAbsolute(below)) ?? basename(path)
    return JSON.stringify([way.replaceAll(sep, '/'), await hashOf(path)])
  }))
  // As JSON, because a comment of the file may hold whatever would separate text and files.
  const whole = contents.length === 0 ? text : JSON.stringify([text, ...[...new Set(contents)].sort()])
  return createHash('sha256').update(whole).digest('hex')
}

/** Of any size: padding must not take a script out of the digest. Null where it cannot be read. */
async function hashOf(path: string): Promise<null | string> {
  try {
    const hash = createHash('sha256')
    const stream: AsyncIterable<Uint8Array> = createReadStream(path)
    for await (const chunk of stream) hash.update(chunk)
    return hash.digest('hex')
  } catch {
    return null
  }
}
