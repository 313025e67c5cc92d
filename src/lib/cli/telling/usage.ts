import type {Command} from '@oclif/core/command'
import type {CLIError} from '@oclif/core/errors'
import {heroku, instead, refused, type RotationError} from '../../errors.js'
import {nearest} from '../../text/nearest.js'

/** What oclif says of the words that were typed, with the flag that was probably meant. */
export function usageFailure({message}: CLIError, {baseFlags, enableJsonFlag, flags, id}: Pick<typeof Command, 'baseFlags' | 'enableJsonFlag' | 'flags' | 'id'>): RotationError {
  const said = message.replace(/\nSee more help with --help$/, '').replace(/^Parsing (--[\w-]+)\s+/, '$1: ').replaceAll(/\s*\n\s*/g, ' ')
  const help = heroku(id, '--help')
  const [, wrong] = /^Nonexistent flag: (--[\w-]+)/.exec(said) ?? []
  const meant = wrong === undefined ? null : nearest(wrong, Object.keys({...baseFlags, ...flags, help: true, ...(enableJsonFlag ? {json: true} : {})}).map(name => `--${name}`))
  if (wrong === undefined || meant === null) return refused('ROTATE_USAGE', said, help)
  return refused('ROTATE_USAGE', `${said}. Did you mean ${meant}?`, [instead(wrong, meant), help])
}
