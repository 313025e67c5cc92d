/** What of the systems is on the operator's machine: a shell profile, a program that keeps a value, the rotation file. */
import {readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

export const key = 'HEROKU_API_KEY'

/** Its arguments and environment go beside the value, each time it runs: anybody on the machine can see them. */
const keeper = `#!/bin/sh
set -eu
umask 077
here=$(dirname "$0")
tr '\\0' '\\n' </proc/$$/cmdline >>"$here/seen"
tr '\\0' '\\n' </proc/$$/environ >>"$here/seen"
case $1 in
  read) if [ -f "$here/kept" ]; then cat "$here/kept"; fi ;;
  check) test -s "$here/kept" ;;
  write) cat >"$here/kept.new" && mv "$here/kept.new" "$here/kept" ;;
esac
`

export type Machine = {
  /** Null where there is none. */
  kept(): null | string
  profile: string
  /** Null where the profile has none. */
  profiled(): null | string
  rotationFile: string
  /** What everybody could see of the program while it ran. */
  seen(): string
  /** The files that are there to hold the token. */
  stores: readonly string[]
}

export async function furnish(home: string, token: string): Promise<Machine> {
  const directory = join(home, 'ops')
  const kept = join(directory, 'kept')
  const profile = join(home, '.zshrc')
  await mkdir(directory, {recursive: true})
  await writeFile(profile, `# what a shell starts with\nexport EDITOR=vi\nexport ${key}=${token}\nalias h=heroku\n`, {mode: 0o600})
  await writeFile(kept, token, {mode: 0o600})
  await writeFile(join(directory, 'keep.sh'), keeper, {mode: 0o700})
  return {
    kept: () => contentOf(kept) || null,
    profile,
    profiled: () => /^export HEROKU_API_KEY=["']?(.*?)["']?$/m.exec(contentOf(profile))?.[1] ?? null,
    rotationFile: join(directory, 'rotation.yml'),
    seen: () => contentOf(join(directory, 'seen')),
    stores: [profile, kept, `${kept}.new`],
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
