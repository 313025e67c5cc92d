import {CLIError} from '@oclif/core/errors'
import {expect} from 'chai'

import Audit from '../../../../../src/commands/authorizations/rotate/audit.js'
import Check from '../../../../../src/commands/authorizations/rotate/check.js'
import {usageFailure} from '../../../../../src/lib/cli/telling/usage.js'

const ID = 'authorizations:rotate:check'
const HELP = `heroku ${ID} --help`

function nextOf(said: string, argv: string[], ctor: typeof Audit | typeof Check = Check): readonly string[] {
  // The id of a command is its place, which only oclif knows.
  const {args, baseFlags, enableJsonFlag, flags} = ctor
  return usageFailure(new CLIError(`${said}\nSee more help with --help`), argv, {args, baseFlags, enableJsonFlag, flags, id: ID}).next
}

describe('usageFailure', function () {
  const unset = 'Flag --description expects a value'
  const dashed: [said: string, argv: string[], typed: string][] = [
    ['Nonexistent flag: -x', ['-x'], '-x: -- -x'],
    ['Nonexistent flag: -my token', ['--app', 'example-app', '-my token', '--json'], "-my token: --app example-app --json -- '-my token'"],
    [unset, ['-d', '-app', '--no-discover'], '-app: --no-discover -- -app'],
    [unset, ['--description=-app'], '-app: -- -app'],
    [unset, ['-d=-app'], '-app: -- -app'],
  ]
  for (const [said, argv, typed] of dashed) {
    it(`says how to type a description that begins as a flag does, after ${argv.join(' ')}`, function () {
      const [name, words] = typed.split(': ')
      expect(nextOf(said, argv)).to.deep.equal([`If ${name} is the description: heroku ${ID} ${words}`, HELP])
    })
  }

  const others: [said: string, argv: string[], ctor?: typeof Audit][] = [
    ['Nonexistent flag: -x', ['-d', 'example-token', '-x']],
    ['Nonexistent flag: -x', ['-x', '--', 'example-token']],
    ['Nonexistent flag: --no-such-flag', ['--no-such-flag']],
    ['Nonexistent flags: -x, -y', ['-x', '-y']],
    [unset, ['--description']],
    [unset, ['-d', '--app', 'example-app']],
    ['Flag --app expects a value', ['--app', '-x']],
    ['Nonexistent flag: -x', ['-x'], Audit],
  ]
  for (const [said, argv, ctor] of others) {
    it(`names the help alone after ${argv.join(' ')}${ctor ? ' of a command without a description' : ''}`, function () {
      expect(nextOf(said, argv, ctor)).to.deep.equal([HELP])
    })
  }
})
