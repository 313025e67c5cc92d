import {statSync} from 'node:fs'
import {homedir} from 'node:os'
import {parse, resolve} from 'node:path'
import {withoutEscapes} from '../text/encoding.js'
import {isPath} from './on-path.js'

/** A file that a command line names; `why` says why a change of it is not noticed, and is null where it is. */
export type NamedFile = {path: string; why: null | string}

/** Endings that interpreters put behind the name of a module. */
const ENDINGS = ['.js', '.mjs', '.cjs', '.json', '.node', '.ts', '.py', '.rb']
/** A line that has more words is there to keep the machine busy. */
const MOST_LOOKS = 20_000
/** A word of a shell, in quotes or not. */
const WORD = String.raw`(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s\\"'` + '`' + String.raw`;&|<>()])+`
const WORDS = new RegExp(WORD, 'gs')
const WRITTEN = new RegExp(String.raw`(?:>>?\|?|\btee\b(?:\s+-\S+)*)\s*(${WORD})`, 'gs')
/** A value behind an option, or behind several in one word. */
const GLUED = [/^-\w(.+)$/s, /^-\w{2}(.+)$/s, /^-\w{3}(.+)$/s]
const ESCAPED = /\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'/gs

/**
 * Every word counts that names a file below one of `roots`, also within an option or a line for a shell. A file that the
 * rotation writes does not: the rotation would not know its own programs again.
 */
export function namedFiles(commands: readonly (readonly string[])[], roots: readonly string[], written: readonly string[]): NamedFile[] {
  const found = new Map<string, null | string>()
  for (const command of commands) {
    const [program = ''] = command
    if (!isPath(program)) found.set(program, 'found on the PATH')
    const paths = new Set(command.flatMap(word => [...wordsIn(word)]).flatMap(word => pathsIn(word)))
    // A dot within a line for a shell is a command.
    if (!command.includes('.')) paths.delete('.')
    const directories = roots.flatMap(root => [...paths].map(path => resolve(root, path))).filter(path => kindOf(path) === 'directory' && path !== parse(path).root)
    if (paths.size * (roots.length + directories.length) > MOST_LOOKS) {
      found.set(program, 'names more files than are looked for')
      continue
    }

    for (const path of directories) found.set(path, 'a directory')
    for (const root of [...roots, ...directories]) {
      const data = new Set(written.map(path => resolve(root, path)))
      for (const path of [...paths].flatMap(path => filesAt(resolve(root, path)))) found.set(path, path !== program && data.has(path) ? 'the rotation writes it' : null)
    }
  }

  return [...found].map(([path, why]) => ({path, why})).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Files that a command line says that it writes. */
export function writtenBy([program, ...args]: readonly string[]): string[] {
  return program === 'tee' ? args : args.flatMap(text => [...text.matchAll(WRITTEN)].map(([, word = '']) => expanded(unquoted(word))))
}

function wordsIn(text: string, words = new Set<string>()): Set<string> {
  if (words.has(text)) return words
  words.add(text)
  for (const [word] of text.matchAll(WORDS)) wordsIn(unquoted(word), words)
  return words
}

const unquoted = (word: string): string =>
  word.replaceAll(ESCAPED, (_, escaped?: string, double?: string, single?: string) => escaped ?? double?.replaceAll(/\\(.)/gs, '$1') ?? single ?? '')

/** Paths that a word may hold: all of it, an option's value, the parts of a list or of an address, a module of Python, and one with %-escapes, as in an import. */
function pathsIn(word: string): string[] {
  const glued = GLUED.flatMap(option => option.exec(word)?.[1] ?? [])
  const dotted = /^\w+(?:\.\w+)+$/.test(word) ? [word.replaceAll('.', '/')] : []
  const parts = [word, word.slice(word.indexOf('=') + 1), ...glued, ...dotted, ...word.split(/[=:,;@?!#{}[\]]+/)]
  return parts.flatMap(part => [part, withoutEscapes(part)]).map(part => expanded(part)).filter(part => part !== '')
}

const expanded = (path: string): string =>
  path.replace(/^file:(?:\/\/)?/, '').replace(/^(?:~|\$\{?HOME\}?)(?=\/)/, homedir()).replace(/^\$\{?PWD\}?(?=\/)/, '.')

function filesAt(path: string): string[] {
  if (kindOf(path) === 'file') return [path]
  return ENDINGS.map(ending => path + ending).filter(file => kindOf(file) === 'file')
}

/** Null for what is neither, and for what cannot be a path. */
function kindOf(path: string): 'directory' | 'file' | null {
  try {
    const stats = statSync(path, {throwIfNoEntry: false})
    return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'directory' : null
  } catch {
    return null
  }
}
