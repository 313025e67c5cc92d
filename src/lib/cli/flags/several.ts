import {flags} from '@heroku-cli/command'
import type {Context} from '../../context.js'
import type {Request} from '../../rotation/planning/make-plan.js'
import {parseDescription} from '../../credentials/description.js'
import {flag, heroku, refused, todo} from '../../errors.js'
import {statusOf} from '../../rotation/report/status.js'
import {type PlanFlags, requestWith, rotationsIn} from '../request.js'
import {scheduleFrom} from '../schedule.js'

export const severalFlags = {
  all: flags.boolean({default: false, description: 'rotate every token of the rotation file in one run; an app that uses several restarts once', helpGroup: 'WHAT TO ROTATE'}),
  due: flags.boolean({default: false, description: 'rotate the tokens of the rotation file that are due, in one run', helpGroup: 'WHAT TO ROTATE'}),
  within: flags.string({description: 'with --due: also those that become due in this time (d, w, m for months, or y)', helpGroup: 'WHAT TO ROTATE', helpValue: '14d'}),
}

export type Which = 'all' | 'due'

type Given = PlanFlags & {all: boolean; due: boolean; within?: string | undefined}

const ofOne = ['app', 'canary', 'description', 'expires-in', 'github', 'in-place', 'infisical', 'no-consumers', 'outgoing-token-stdin', 'scope'] as const

export function whichOf(id: string | undefined, given: Given): null | Which {
  const {all, due, file, within} = given
  if (within !== undefined && !due) throw refused('ROTATE_WITHIN', '--within needs --due.', flag('--due'))
  if (!all && !due) return null
  const word = all ? 'all' : 'due'
  if (all && due) throw refused('ROTATE_WHICH', '--all and --due cannot be combined.', todo('Leave out --all, or --due.'))
  const [clash] = id === undefined ? ofOne.filter(name => given[name] !== undefined && given[name] !== false).map(name => `--${name}`) : [`the ID ${id}`]
  if (clash !== undefined) throw refused('ROTATE_WHICH', `--${word} and ${clash} cannot be combined.`, todo(`Leave out ${clash}, or --${word}.`))
  if (file === undefined) throw refused('ROTATE_FILE', `--${word} needs --file.`, heroku('authorizations:rotate', '--file', 'rotation.yml', `--${word}`))
  return word
}

export async function requestsFrom(context: Context, which: Which, given: Given): Promise<Request[]> {
  const rotations = await rotationsIn(given.file ?? '', {given: given['trust-file'], store: context}, given.fileText)
  const due = which === 'due' ? await namesDue(context, given) : null
  const requests: Request[] = []
  for (const rotation of rotations) {
    if (!due || due.has(parseDescription(rotation.name).name)) requests.push(await requestWith(rotation, given))
  }

  return requests
}

/** Answers the names that `status --due` lists; a credential without an authorization cannot be rotated. */
async function namesDue(context: Context, given: Given): Promise<Set<string>> {
  const {authorizations} = await statusOf(context, await scheduleFrom(given))
  const due = authorizations.filter(({due}) => due === 'overdue' || due === 'soon')
  const missing = due.filter(({id}) => id === null).map(({name}) => name)
  if (missing.length > 0) {
    throw refused('ROTATE_NO_AUTHORIZATION', `The rotation file has ${missing.join(', ')}, but your account has no authorization of that name.`, [heroku('authorizations'), heroku('auth:whoami')])
  }

  return new Set(due.map(({name}) => name))
}
