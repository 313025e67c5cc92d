import type {Command} from '@oclif/core/command'
import type {CLIError} from '@oclif/core/errors'
import {heroku, refused, type RotationError} from '../../errors.js'
import {nearest} from '../../text/nearest.js'

type Typed = {argv: readonly string[]; command: Pick<typeof Command, 'baseFlags' | 'flags' | 'id'>}

/** What oclif says of the words that were typed, with the flag that was probably meant. */
export function usageFailure({message}: CLIError, {argv, command}: Typed): RotationError {
  const said = message.replace(/\nSee more help with --help$/, '').replace(/^Parsing (--[\w-]+)\s+/, '$1: ').replaceAll(/\s*\n\s*/g, ' ')
  const {id} = command
  const help = heroku(id, '--help')
  const [, wrong] = /^Nonexistent flag: (--[\w-]+)/.exec(said) ?? []
  const known = Object.keys({...command.baseFlags, ...command.flags, help: true, json: true}).map(name => `--${name}`)
  const meant = wrong === undefined ? null : nearest(wrong, known)
  if (wrong === undefined || meant === null) return refused('ROTATE_USAGE', said, help)
  const words = argv.map(word => (word === wrong || word.startsWith(`${wrong}=`) ? `${meant}${word.slice(wrong.length)}` : word))
  return refused('ROTATE_USAGE', `${said}. Did you mean ${meant}?`, [heroku(id, ...words), help])
}
