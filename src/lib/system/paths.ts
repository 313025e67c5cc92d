import {homedir} from 'node:os'
import {isAbsolute, join, resolve, sep} from 'node:path'

/** The directory that relative paths begin in, and the one that `~` stands for. */
export type Where = {directory: string; home: string}

export function absolutePath(path: string, {directory, home}: Where): string {
  if (path === '~') return home
  if (path.startsWith('~/')) return join(home, path.slice(2))
  return isAbsolute(path) ? path : resolve(directory, path)
}

/** The path of a command line. */
export const absoluteOf = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, homedir()))

/** As a person writes it. */
export function belowHome(path: string, home = homedir()): string {
  return path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path
}
