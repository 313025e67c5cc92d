import {stat} from 'node:fs/promises'
import type {Addition} from '../rotation-file/add-consumers.js'
import type {Given} from './flags/additions.js'
import {parseDescription} from '../credentials/description.js'
import {flag, heroku, refused} from '../errors.js'
import {absoluteOf} from '../system/paths.js'
import {nearest} from '../text/nearest.js'
import {temporaryName} from './composition.js'
import {DEFAULT_FILE} from './flags/file.js'
import {foundFile} from './found-file.js'
import {choose, line} from './operator.js'
import {rotationsIn} from './request.js'

/** The file that was named, or that is found by itself. */
export async function fileToAddTo(given: string | undefined, env: NodeJS.ProcessEnv): Promise<{names: readonly string[]; path: string}> {
  if (given === undefined) {
    const found = await foundFile(env, null)
    if (found) return found
  }

  const path = given ?? DEFAULT_FILE
  if (!(await stat(absoluteOf(path)).catch(() => null))) {
    throw refused('ROTATE_FILE', `There is no rotation file ${path} to add to.`, heroku('authorizations:rotate:init', ...(given === undefined ? [] : ['--file', path])))
  }

  return {names: (await rotationsIn(path, null)).map(({name}) => name), path}
}

/** Another machine may have them, so that they can be named. */
export async function missingFiles(paths: readonly string[]): Promise<string[]> {
  const missing = await Promise.all(paths.map(path => stat(absoluteOf(path)).then(() => [], () => [path])))
  return missing.flat()
}

/** The credential of the file that is meant. */
export async function nameIn(file: string, names: readonly string[], description: string | undefined, canAsk: boolean): Promise<string> {
  const [only, ...others] = names
  if (description === undefined) {
    if (only !== undefined && others.length === 0) return only
    if (canAsk) return choose(`Which credential of ${file}?`, names.map(name => ({name, value: name})))
    throw refused('ROTATE_WHICH', `${file} names ${names.length} credentials.`, names.map(name => flag('--description', name)))
  }

  const wanted = parseDescription(description).name
  const known = names.find(name => name === wanted)
  if (known !== undefined) return known
  const meant = nearest(wanted, names)
  throw refused('ROTATE_FILE', `${file} says nothing of ${wanted}${meant === null ? `; it names ${names.join(', ')}.` : `. Did you mean ${meant}?`}`, [
    ...(meant === null ? [] : [flag('--description', meant)]),
    heroku('authorizations:rotate:init', '--description', wanted, '--file', file),
  ])
}

/** Loaded only where something is written: the parser of YAML takes long. */
export async function addTo(file: string, name: string, additions: readonly Addition[]): Promise<string[]> {
  const {changeRotationFile} = await import('../rotation-file/write-file.js')
  const {addConsumers} = await import('../rotation-file/add-consumers.js')
  const {added} = await changeRotationFile(file, (text, where) => addConsumers(text, name, additions, where), temporaryName)
  return added
}

const kinds = [
  {kind: 'app', message: 'App, and its config vars if not all that hold the token (APP[:KEY,…]):', name: 'the config vars of an app'},
  {kind: 'github', message: 'Repository, and its secret (OWNER/REPO[:SECRET]):', name: 'a GitHub Actions secret'},
  {kind: 'path', message: 'Path of the file:', name: 'a file of this machine'},
  {kind: 'pipeline', message: 'Pipeline and stage (PIPELINE/review or PIPELINE/test):', name: 'a stage of a pipeline'},
  {kind: 'infisical', message: 'Secret (PROJECT_ID/ENV[/PATH][:SECRET]):', name: 'an Infisical secret, as the record of the token'},
] as const

export async function askKind(): Promise<Given> {
  const {kind, message} = await choose('What holds the token?', kinds.map(one => ({name: one.name, value: one})))
  const text = await line(message)
  return kind === 'infisical' ? {infisical: text} : {[kind]: [text]}
}
