import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import {z} from 'zod'
import type {Paths} from '../journal/paths.js'
import type {Disk} from '../system/disk.js'
import {isOurLog} from '../audit/own-log.js'
import {needsTrust, type Reaches} from '../system/reach.js'
import {jsonIn} from '../text/json.js'

const storeSchema = z.strictObject({
  files: z.array(z.strictObject({at: z.string(), key: z.string(), path: z.string()})),
  version: z.literal(1),
})
export type Trusted = z.output<typeof storeSchema>['files'][number]

type Store = {disk: Disk; paths: Paths}

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
export async function trust({absolute, digest}: Trusting, now: number, store: Store): Promise<void> {
  const others = (await trustedFiles(store)).filter(({path}) => path !== absolute)
  await write([...others, {at: new Date(now).toISOString(), key: keyOf(absolute, digest), path: absolute}], store)
}

/** False where the file was not trusted. */
export async function revokeTrust(absolute: string, store: Store): Promise<boolean> {
  const files = await trustedFiles(store)
  const kept = files.filter(({path}) => path !== absolute)
  if (kept.length < files.length) await write(kept, store)
  return kept.length < files.length
}

/** A store that cannot be read trusts nothing. */
export async function trustedFiles({disk, paths}: Store): Promise<Trusted[]> {
  const parsed = storeSchema.safeParse(jsonIn((await disk.read(paths.trust)) ?? ''))
  return parsed.success ? parsed.data.files : []
}

function write(files: readonly Trusted[], {disk, paths}: Store): Promise<void> {
  return disk.replace(paths.trust, `${JSON.stringify({files, version: 1}, null, 2)}\n`)
}

const keyOf = (absolute: string, digest: string) => createHash('sha256').update(`${absolute}\0${digest}`).digest('hex')

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
