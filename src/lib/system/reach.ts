import {realpath} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {typed} from '../text/shell-quote.js'

/** One thing that a rotation does besides calling Heroku and GitHub. `does` is a verb, such as `write`. */
export type Reach = {does: string} & (
  | {command: readonly string[]; env: readonly string[]}
  | {instructions: string}
  | {path: string}
  | {url: string}
)

/** A reach, and the consumer, probe or receiver that has it. */
export type Reaches = {by: string; reach: Reach}

/** Whether somebody has to trust the file first that says so. A file below `folder` needs no trust; null for no such folder. */
export async function needsTrust(reach: Reach, folder: null | string): Promise<boolean> {
  if ('path' in reach) return folder === null || !(await isBelow(reach.path, folder))
  return !('instructions' in reach)
}

export function reachText({reach}: Reaches): string {
  if ('command' in reach) return `${reach.does}: ${typed(...reach.command)}${reach.env.length > 0 ? ` (is given ${reach.env.join(', ')})` : ''}`
  if ('instructions' in reach) return `${reach.does}: ${reach.instructions}`
  return `${reach.does}: ${'path' in reach ? reach.path : reach.url}`
}

/** Follows links, because a link below the folder may lead out of it. */
async function isBelow(path: string, folder: string): Promise<boolean> {
  const [real, root] = await Promise.all([resolved(path), resolved(folder)])
  const way = relative(root, real)
  return way !== '' && !way.startsWith('..') && !/^(?:[A-Za-z]:)?[/\\]/.test(way)
}

/** A file that does not exist yet is where its directory is. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const directory = dirname(path)
    return directory === path ? path : join(await resolved(directory), path.slice(directory.length))
  }
}
