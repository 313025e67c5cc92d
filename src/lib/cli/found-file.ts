import type {InferredFlags} from '@oclif/core/interfaces'
import {lstat, stat} from 'node:fs/promises'
import {dirname, isAbsolute} from 'node:path'
import type {consumerFlags} from './flags/consumers.js'
import type {fileFlags} from './flags/file.js'
import {parseDescription} from '../credentials/description.js'
import {flag, heroku, refused, RotationError, todo} from '../errors.js'
import {readOwned, readText} from '../rotation-file/read-text.js'
import {absoluteOf} from '../system/paths.js'
import {DEFAULT_FILE} from './flags/file.js'
import {rotationsIn, type Trust, trustedIn} from './request.js'

const LONGER = 'rotation.yaml'
const VARIABLE = 'HEROKU_ROTATION_FILE'
/** Tells a rotation file from any other file of that name; YAML may be in braces, as JSON is. */
const OURS = /(?:^|^\uFEFF|^\uFEFF?\s*\{(?:[^]*[\s,{])?)["']?rotations["']?\s*:/m

/** Flags that say where the token is, so that no file is needed for that. */
const saysWhere = ['app', 'canary', 'github', 'pipeline', 'infisical', 'no-consumers'] as const

export type Found = {
  /** Nobody has named the file, nor trusted its content. */
  isUnnamed: boolean
  names: readonly string[]
  path: string
  /** Read once: another content behind the same name may be that of somebody else. */
  text: string
  /** Says where it was found, for the person. */
  told: string
}

/** A null description is for what takes every credential of the file. `said` tells the person about a file that was found. */
export async function fileFor(given: FileGiven, description: null | string, env: NodeJS.ProcessEnv, store: Trust['store']): Promise<{found: Found | null; said: null | string}> {
  const found = given.file === undefined && !given['no-file'] ? await foundFile(env, {given: given['trust-file'], store}) : null
  if (!found || (description !== null && !found.names.includes(parseDescription(description).name))) return {found: null, said: null}
  const {path, told} = found
  const flag = saysWhere.find(name => given[name] !== undefined && given[name] !== false)
  if (flag === undefined) return {found, said: `Using ${told}; --no-file leaves it out.`}
  return {found: null, said: `${told} is not used, because of --${flag}; --file ${path} uses it as well.`}
}

/** Refuses a file that came with the directory, such as a clone: nobody sees the plan and agrees to it before the token is given away. */
export function refuseUnnamed({isUnnamed, path}: Found, id: string, argv: readonly string[]): void {
  if (!isUnnamed) return
  const words = argv.toSpliced(argv.lastIndexOf('--file'), 2)
  throw refused('ROTATE_UNTRUSTED', `Nobody named or trusted ${path} of this directory. It is not used where nobody is asked: with --confirm, --json or no terminal.`, [
    heroku(id, ...words, '--file', path), heroku(id, ...words, '--no-file'), heroku('authorizations:rotate:trust', path),
  ])
}

export const noFileOf = (pinned: string) =>
  refused('ROTATE_UNTRUSTED', `There is no rotation file whose SHA-256 could be ${pinned}.`, [flag('--file', DEFAULT_FILE), todo('Leave out --trust-file.')])

/** Finds the rotation file that nobody has named: by the variable, or else in this directory. Null where there is none, and a null `trust` for what is not run. */
export async function foundFile(env: NodeJS.ProcessEnv, trust: null | Trust): Promise<Found | null> {
  const named = env[VARIABLE]?.trim() ?? ''
  const path = named === '' ? await defaultFile() : named
  // A relative path means a file of its own in every clone, so it names none.
  const isNamed = isAbsolute(named) || named.startsWith('~/')
  try {
    const text = (isNamed ? null : await ours(path)) ?? (named === '' ? null : await readText(absoluteOf(path), path))
    if (text === null) return null
    const {isTrusted, rotations} = trust ? await trustedIn(path, trust, text) : {isTrusted: false, rotations: await rotationsIn(path, null, text)}
    const names = rotations.map(({name}) => parseDescription(name).name)
    return {isUnnamed: !isNamed && !isTrusted && rotations.every(({trusting}) => trusting === null), names, path, text, told: named === '' ? path : `${path} (${VARIABLE})`}
  } catch (error) {
    throw error instanceof RotationError && trust ? error.with({next: [...error.steps.map(step => ('instead' in step ? flag('--file', step.instead.meant) : step)), flag('--no-file')]}) : error
  }
}

/** The rotation file of this directory, which may have the longer ending. */
export async function defaultFile(): Promise<string> {
  const [is, isLonger] = await Promise.all([DEFAULT_FILE, LONGER].map(path => lstat(absoluteOf(path)).then(() => true, () => false)))
  return !is && isLonger ? LONGER : DEFAULT_FILE
}

/** A file that another user has put here, or beside which another user puts files, may name places of that user, so that it has to be named. */
async function ours(path: string): Promise<null | string> {
  const absolute = absoluteOf(path)
  const link = await lstat(absolute).catch(() => null)
  const read = link && (await readOwned(absolute, path))
  if (!link || !read || !OURS.test(read.text)) return null
  const user = process.getuid?.()
  const folder = await stat(dirname(absolute))
  // Whoever has made a link chooses where it leads, and when. Root may do anything, but all may write where root says so, as in /tmp.
  const isOurs = user === undefined || ([link.uid, read.uid].every(uid => uid === user) && (folder.uid === user || (folder.uid === 0 && (folder.mode & 0o002) === 0)))
  if (isOurs) return read.text
  throw refused('ROTATE_FILE', `${path} in this directory belongs to another user, or the directory does, so it is not used unless you name it.`, flag('--file', path))
}

export type FileGiven = Partial<InferredFlags<typeof consumerFlags & typeof fileFlags>> & {'no-consumers'?: boolean}
