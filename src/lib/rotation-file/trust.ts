import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import {z} from 'zod'
import type {Paths} from '../journal/paths.js'
import type {Secret} from '../secrecy/secret.js'
import type {Disk} from '../system/disk.js'
import {isOurLog} from '../audit/own-log.js'
import {signer} from '../journal/seal.js'
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
  /** SHA-256 of its content, and of the programs and scripts that it names by a path. */
  digest: string
  /** The name as typed. */
  path: string
  reaches: readonly Reaches[]
}

export async function trustingOf(text: string, path: string, absolute: string, all: readonly Reaches[]): Promise<Trusting> {
  const folder = dirname(absolute)
  const needs = await Promise.all(all.map(async one => (await needsTrust(one.reach, folder)) || !(await keepsFiles(one))))
  const reaches = all.filter((_, index) => needs[index])
  return {absolute, digest: await digestOf(text, folder, reaches), path, reaches}
}

/** An audit entry goes behind what a file has, whatever that is. */
const keepsFiles = async ({by, reach}: Reaches): Promise<boolean> => by !== 'audit' || !('path' in reach) || isOurLog(reach.path)

export async function isTrusted({absolute, digest}: Trusting, store: Store): Promise<boolean> {
  const key = keyOf(absolute, digest)
  return (await trustedFiles(store)).some(file => file.key === key)
}

/** Takes the place of what was trusted of that file before. */
export async function trust({absolute, digest, reaches}: Trusting, now: number, store: Store): Promise<void> {
  const others = (await entriesIn(store)).filter(({path}) => path !== absolute)
  const entry = {at: new Date(now).toISOString(), key: keyOf(absolute, digest), path: absolute, programs: await programsOf(reaches, dirname(absolute))}
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
  const parsed = storeSchema.safeParse(jsonIn((await disk.read(paths.trust)) ?? ''))
  return parsed.success ? parsed.data.files : []
}

function write(files: readonly Trusted[], {disk, paths}: Omit<Store, 'session'>): Promise<void> {
  return disk.replace(paths.trust, `${JSON.stringify({files, version: 1}, null, 2)}\n`)
}

const keyOf = (absolute: string, digest: string) => createHash('sha256').update(`${absolute}\0${digest}`).digest('hex')

/** Digests of the programs alone, each with its command line, by which a rotation that goes on later knows them again. */
export function programsOf(reaches: readonly Reaches[], folder: string): Promise<string[]> {
  return Promise.all(reaches.flatMap(one => ('command' in one.reach ? [digestOf(JSON.stringify(one.reach.command), folder, [one])] : [])))
}

/** A script that is named as an argument runs as the program does, so that every word that names a file counts. */
async function digestOf(text: string, folder: string, reaches: readonly Reaches[]): Promise<string> {
  const hash = createHash('sha256').update(text)
  const words = reaches.flatMap(({reach}) => ('command' in reach ? [...reach.command] : []))
  const files = new Set(words.flatMap(word => [resolve(folder, word), resolve(word)]))
  for (const file of [...files].sort()) {
    const content = await hashOf(file)
    if (content) hash.update(`\0${basename(file)}\0`).update(content)
  }

  return hash.digest('hex')
}

/** Null for what is no regular file. Of any size: padding must not take a script out of the digest. */
async function hashOf(path: string): Promise<Buffer | null> {
  try {
    if (!(await stat(path)).isFile()) return null
    const hash = createHash('sha256')
    const stream: AsyncIterable<Uint8Array> = createReadStream(path)
    for await (const chunk of stream) hash.update(chunk)
    return hash.digest()
  } catch {
    return null
  }
}
