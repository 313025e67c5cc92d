import {heroku, type Next, todo} from '../errors.js'
import {typed} from '../text/shell-quote.js'

const ROTATE = 'authorizations:rotate'
/** The same command under an id that no CLI has. A script that typed it must not be led to the CLI's own by a suggestion. */
const RUN = `${ROTATE}:run`

export function underTypedId(step: Next, id: string | undefined): Next {
  if (id !== RUN || !('command' in step) || step.command[0] !== ROTATE) return step
  const [, ...words] = step.command
  return {...step, command: [RUN, ...words]}
}

export const lineUnderTypedId = (line: string, id: string | undefined): string =>
  id === RUN ? line.replace(/^heroku authorizations:rotate(?= |$)/, `heroku ${RUN}`) : line

/** The dry run of `check` is that of a whole rotation. */
export function withoutDryRun(id: string | undefined, argv: readonly string[]): string {
  const words = argv.filter(word => !['--dry-run', '--json', '-n'].includes(word))
  return typed('heroku', id === RUN ? RUN : ROTATE, ...words)
}

const LETTERS: Record<string, string> = {'-a': '--app', '-c': '--confirm', '-d': '--description', '-s': '--scope'}
const ofApps = new Set(['--app', '--canary'])
const repeatable = new Set(['--add', '--allow-straggler', '--github', '--overwrite', '--pipeline'])
/** A value in another form was refused. */
const APP = /^[a-z\d][a-z\d-]*(?::|$)/i
const forms: Readonly<Record<string, RegExp>> = {'--app': APP, '--canary': APP, '--github': /^[\w.-]+\/[\w.-]+(?::|$)/, '--pipeline': /^[^/]+\/(?:review|test)(?::|$)/}

function staysBeside(earlier: string, now: string | undefined, flag: string): boolean {
  if (repeatable.has(flag)) return !now?.startsWith(`${earlier}:`)
  return ofApps.has(flag) && earlier.split(':')[0] !== now?.split(':')[0]
}

/** What follows `--` is no flag. */
function aroundDashes(words: string[]): [before: string[], from: string[]] {
  const at = words.includes('--') ? words.indexOf('--') : words.length
  return [words.slice(0, at), words.slice(at)]
}

/** The flag replaces its earlier value, unless it can be repeated; `--app` and `--canary` replace only what was typed for the same app. What was refused is replaced too. */
export function withFlag(id: string, argv: readonly string[], [flag, ...value]: readonly [string, ...string[]]): Next {
  const app = ofApps.has(flag) ? value[0]?.split(':')[0] : undefined
  const words: string[] = []
  // A variable of a script that is not set leaves an empty name.
  const [rest, last] = aroundDashes(argv.filter((word, index) => word !== '' || argv[index - 1]?.startsWith('-')))
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flagWord = '', inline] = /^(--[\w-]+|-[acds])(?:=?(.+))?$/s.exec(word) ?? []
    const name = LETTERS[flagWord] ?? flagWord
    if (name !== flag && !(app !== undefined && ofApps.has(name))) {
      words.push(word)
      continue
    }

    const flagValue = inline ?? (value.length > 0 ? rest.shift() : undefined) ?? ''
    if (staysBeside(flagValue, value[0], flag) && (forms[name]?.test(flagValue) ?? true)) words.push(word, ...(inline === undefined ? [flagValue] : []))
  }

  return heroku(id, ...words, ...(value[0]?.startsWith('-') ? [`${flag}=${value[0]}`] : [flag, ...value]), ...last)
}

/** The words that were typed, with the ID in the place of the name. */
export function naming(id: string, argv: readonly string[], {meant, typed: name}: {meant: string; typed: string}): Next {
  const flagAt = argv.findIndex(word => [`-d=${name}`, `-d${name}`, `--description=${name}`].includes(word))
  const at = argv.findIndex((word, index) => word === name && !['-c', '--confirm'].includes(argv[index - 1] ?? ''))
  if (flagAt !== -1) return heroku(id, ...argv.with(flagAt, meant))
  if (at === -1) return heroku(id, meant)
  const isOfFlag = ['-d', '--description'].includes(argv[at - 1] ?? '')
  return heroku(id, ...argv.slice(0, isOfFlag ? at - 1 : at), meant, ...argv.slice(at + 1))
}

/** A flag or a word alone cannot be typed. */
export function typeable(id: string, argv: readonly string[], step: Next): Next {
  if ('flag' in step) return withFlag(id, argv, step.flag)
  return 'instead' in step ? corrected(id, argv, step.instead) : underTypedId(step, id)
}

/** The words that were typed, with the one that was meant. Where nobody typed it, it stands in the rotation file. */
function corrected(id: string, argv: readonly string[], {meant, typed: wrong}: {meant: string; typed: string}): Next {
  const words = argv.map(word => {
    const at = [0, word.indexOf('=') + 1].find(start => word.slice(start) === wrong || [':', '='].some(end => word.startsWith(`${wrong}${end}`, start)))
    return at === undefined ? word : `${word.slice(0, at)}${meant}${word.slice(at + wrong.length)}`
  })
  if (words.some((word, index) => word !== argv[index])) return heroku(id, ...words)
  return todo(`${fileIn(argv) ?? 'The rotation file'} says ${wrong}: write ${meant} there.`)
}

type Missing = {app: null | string; keys: readonly string[]; name: string}

/** A place that is named already gets more keys. */
export function including(id: string, argv: readonly string[], missing: readonly Missing[]): Next {
  const words = [...argv]
  for (const {app, keys, name} of missing) if (!addKeys(words, name, keys)) words.push(app === null ? '--pipeline' : '--app', `${name}:${keys.join(',')}`)

  return heroku(id, ...words)
}

export function fileIn(argv: readonly string[]): null | string {
  const at = argv.findIndex(word => word === '--file' || word === '-f')
  const inline = argv.find(word => word.startsWith('--file='))
  return at === -1 ? (inline?.slice('--file='.length) ?? null) : (argv[at + 1] ?? null)
}

function addKeys(words: string[], place: string, keys: readonly string[]): boolean {
  for (const [index, word] of words.entries()) {
    const [, flag = '', inline = ''] = /^(--(?:app|canary|pipeline)=|-a=?)(.+)$/.exec(word) ?? []
    const value = flag ? inline : ['--app', '--canary', '--pipeline', '-a'].includes(words[index - 1] ?? '') ? word : null
    if (!value?.startsWith(`${place}:`)) continue
    words[index] = `${flag}${place}:${[...new Set([...value.slice(place.length + 1).split(','), ...keys])].join(',')}`
    return true
  }

  return false
}
