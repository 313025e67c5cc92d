import {stat} from 'node:fs/promises'
import {parseDescription} from '../credentials/description.js'
import {flag, refused, RotationError} from '../errors.js'
import {readText} from '../rotation-file/read-text.js'
import {absoluteOf, rotationsIn} from './request.js'

const HERE = 'rotation.yml'
const VARIABLE = 'HEROKU_ROTATION_FILE'
/** Tells a rotation file from any other file of that name. */
const OURS = /^\uFEFF?["']?rotations["']?[ \t]*:/m

type Found = {
  names: readonly string[]
  path: string
  /** Says where it was found, for the person. */
  told: string
}

/** A null description is for what takes every credential of the file. `said` tells the person about a file that was found. */
export async function fileFor(given: FileGiven, description: null | string, env: NodeJS.ProcessEnv): Promise<{path: null | string; said: null | string}> {
  const found = given.file === undefined && !given['no-file'] ? await foundFile(env) : null
  if (!found || (description !== null && !found.names.includes(parseDescription(description).name))) return {path: null, said: null}
  const {path, told} = found
  const flag = naming(given)
  if (flag === null) return {path, said: `Using ${told}; --no-file leaves it out.`}
  return {path: null, said: `${told} is not used, because of ${flag}; --file ${path} uses it as well.`}
}

/** Finds the rotation file that nobody has named: by the variable, or else in this directory. Null where there is none. */
export async function foundFile(env: NodeJS.ProcessEnv): Promise<Found | null> {
  const named = env[VARIABLE]?.trim() ?? ''
  const path = named === '' ? HERE : named
  try {
    if (named === '' && !(await isOurs(path))) return null
    const rotations = await rotationsIn(path, null)
    return {names: rotations.map(({name}) => parseDescription(name).name), path, told: named === '' ? path : `${path} (${VARIABLE})`}
  } catch (error) {
    throw error instanceof RotationError ? error.with({next: [...error.steps, flag('--no-file')]}) : error
  }
}

/** A file that another user has put here may name places of that user, so that it has to be named. */
async function isOurs(path: string): Promise<boolean> {
  const absolute = absoluteOf(path)
  const stats = await stat(absolute).catch(() => null)
  if (!stats?.isFile() || !OURS.test(await readText(absolute, path))) return false
  if (stats.uid === (process.getuid?.() ?? stats.uid)) return true
  throw refused('ROTATE_FILE', `${path} in this directory belongs to another user, so it is not used unless you name it.`, flag('--file', path))
}

export type FileGiven = {
  app?: readonly string[] | undefined
  canary?: readonly string[] | undefined
  file?: string | undefined
  github?: readonly string[] | undefined
  infisical?: string | undefined
  'no-consumers'?: boolean
  'no-file'?: boolean
  pipeline?: readonly string[] | undefined
}

/** The flag that says where the token is, so that no file is needed for that. */
function naming({app = [], canary = [], github = [], infisical, pipeline = [], ...given}: FileGiven): null | string {
  const lists = Object.entries({app, canary, github, pipeline}).filter(([, texts]) => texts.length > 0).map(([name]) => `--${name}`)
  return [...lists, ...(infisical === undefined ? [] : ['--infisical']), ...(given['no-consumers'] ? ['--no-consumers'] : [])][0] ?? null
}
