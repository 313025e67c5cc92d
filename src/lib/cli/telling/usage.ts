import type {Command} from '@oclif/core/command'
import type {CLIError} from '@oclif/core/errors'
import {heroku, instead, type Next, refused, type RotationError} from '../../errors.js'
import {nearest} from '../../text/nearest.js'

type Ctor = Pick<typeof Command, 'args' | 'baseFlags' | 'enableJsonFlag' | 'flags' | 'id'>

/** What oclif says of the words that were typed, with the flag or the description that was probably meant. */
export function usageFailure({message}: CLIError, argv: readonly string[], {args, baseFlags, enableJsonFlag, flags, id}: Ctor): RotationError {
  const said = message.replace(/\nSee more help with --help$/, '').replace(/^Parsing (--[\w-]+)\s+/, '$1: ').replaceAll(/\s*\n\s*/g, ' ')
  const help = heroku(id, '--help')
  const [, wrong] = /^Nonexistent flag: (--[\w-]+)/.exec(said) ?? []
  const meant = wrong === undefined ? null : nearest(wrong, Object.keys({...baseFlags, ...flags, help: true, ...(enableJsonFlag ? {json: true} : {})}).map(name => `--${name}`))
  if (wrong === undefined || meant === null) return refused('ROTATE_USAGE', said, [...(args['authorization'] ? behindDashes(said, id, argv) : []), help])
  return refused('ROTATE_USAGE', `${said}. Did you mean ${meant}?`, [instead(wrong, meant), help])
}

/** A description that begins as a flag does: what follows `--` is no flag. With `=` it still is one where its first letter is. */
function behindDashes(said: string, id: string, argv: readonly string[]): Next[] {
  const isFlag = (word: string) => word === '-d' || word === '--description'
  const words = argv.flatMap(word => /^(--description|-d)=(.*)$/s.exec(word)?.slice(1) ?? [word])
  const named = said.startsWith('Flag --description expects') ? words[words.findIndex(word => isFlag(word)) + 1] : undefined
  const name = named ?? (words.some(word => isFlag(word)) ? undefined : /^Nonexistent flag: (-[^-].*)$/s.exec(said)?.[1])
  if (!name || !/^-[^-]/.test(name) || words.includes('--')) return []
  return [{...heroku(id, ...words.filter(word => word !== name && !isFlag(word)), '--', name), note: `If ${name} is the description`}]
}
