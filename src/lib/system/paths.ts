import {isAbsolute, join, resolve} from 'node:path'

export function absolutePath(path: string, {directory, home}: {directory: string; home: string}): string {
  if (path === '~') return home
  if (path.startsWith('~/')) return join(home, path.slice(2))
  return isAbsolute(path) ? path : resolve(directory, path)
}
