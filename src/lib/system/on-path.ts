import {access, constants, stat} from 'node:fs/promises'
import {delimiter, isAbsolute, join} from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

export function isPath(program: string): boolean {
  return program.includes('/') || (process.platform === 'win32' && program.includes('\\'))
}

/** Null for no such program. Entries of the PATH that depend on the directory do not count: what stands in a clone would run in the place of `gh`. */
export async function whereIs(program: string, {PATH = '', PATHEXT = '.EXE;.CMD'}: Env): Promise<null | string> {
  const directories = isPath(program) ? [''] : PATH.split(delimiter).filter(directory => isAbsolute(directory))
  const endings = process.platform === 'win32' ? ['', ...PATHEXT.split(';')] : ['']
  for (const directory of directories) {
    for (const ending of endings) {
      const path = join(directory, program + ending)
      if (await isRunnable(path)) return path
    }
  }

  return null
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    // The next directory of the PATH may have a program that can be run.
    return false
  }
}
