import type {Authorization} from '../heroku/schemas.js'
import {flag, heroku, instead, refused, RotationError, todo} from '../errors.js'
import {UUID} from '../secrecy/shapes.js'
import {nearest} from '../text/nearest.js'
import {isLogin, isName, issueOf, parseDescription} from './description.js'

export type Named = {description?: string | undefined; id?: string | undefined}

const ID = /^(?=.*\d)[\da-f]{4,8}$|^[\da-f]{8}-[\da-f-]*$/i

/** The argument of a command: an ID, its first characters, or a description. */
export function namedBy(argument: string | undefined, description: string | undefined): Named {
  if (argument === undefined) return {description}
  return ID.test(argument) ? {id: argument} : {description: argument}
}

export const unnamed = (command: string, ...words: string[]): RotationError =>
  refused('ROTATE_WHICH', `Which authorization? Name one: heroku ${command} NAME`, [heroku('authorizations'), heroku(command, '--description', 'example-token', ...words)])

/** A marked authorization belongs to a rotation in flight and is never chosen by its description. */
export function chooseOutgoing(authorizations: readonly Authorization[], {description, id}: Named): Authorization {
  if (id !== undefined) {
    const isDescription = authorizations.every(one => one.id !== id) && issuesOf(authorizations, parseDescription(id).name).length > 0
    return isDescription ? chooseOutgoing(authorizations, {description: id}) : byId(authorizations, id)
  }

  if (description === undefined || description.trim() === '') {
    const own = authorizations.find(one => one.client === null && issueOf(one).mark === null && !isLogin(one) && isName(issueOf(one).name))
    throw refused('ROTATE_WHICH', 'Which authorization? Name one.', [heroku('authorizations'), flag('--description', own ? issueOf(own).name : 'example-token')])
  }

  const parsed = parseDescription(description)
  if (!isName(parsed.name)) throw undescribed(authorizations, description)
  // A date names one issue of the credential.
  const issues = issuesOf(authorizations, parsed.name).filter(issue => parsed.date === null || issue.description === description)
  const [newest] = issues
  if (!newest) throw noSuch(authorizations, description)
  const equals = issues.filter(issue => issue.description === newest.description)
  if (equals.length > 1) throw new AmbiguousOutgoing(equals, `${equals.length} authorizations have the description ${description}`)
  return direct(newest)
}

/** Names that authorization: by the name of its credential, where it is the newest issue, or else by its ID. */
export function sayingOf(authorizations: readonly Authorization[], {description, id}: Authorization): Named {
  const {name} = parseDescription(description)
  const issues = isName(name) && !ID.test(name) ? issuesOf(authorizations, name) : []
  const isAlone = issues.filter(issue => issue.description === description).length === 1
  return isAlone && issues[0]?.id === id ? {description: name} : {id}
}

/** Issues of the credential that no rotation is making, the newest first. */
export function issuesOf(authorizations: readonly Authorization[], name: string): Authorization[] {
  return authorizations
    .filter(authorization => {
      const issue = issueOf(authorization)
      return issue.mark === null && issue.name === name
    })
    .toSorted((a, b) => issueOrder(b).localeCompare(issueOrder(a)))
}

export function byId(authorizations: readonly Authorization[], id: string): Authorization {
  const exact = authorizations.find(candidate => candidate.id === id)
  if (exact) return direct(exact)
  const beginning = ID.test(id) ? authorizations.filter(candidate => candidate.id.startsWith(id.toLowerCase())) : []
  const [first, ...others] = beginning
  if (first && others.length > 0) throw new AmbiguousOutgoing(beginning, `${beginning.length} authorizations have an ID that begins with ${id}`)
  if (first) return direct(first)
  throw refused('ROTATE_NO_AUTHORIZATION', `Your account has no authorization ${untold(id)}.`, [
    heroku('authorizations'),
    heroku('auth:whoami'),
  ])
}

/** An older token has the form of an ID, so that no unknown ID is repeated whole. */
export const untold = (id: string) => (UUID.test(id) ? `${id.slice(0, 8)}-…` : id)

/** Refuses an authorization of an OAuth client. */
function direct(authorization: Authorization): Authorization {
  if (authorization.client === null) return authorization
  throw ofClient(authorization)
}

function ofClient({client, description, id}: Authorization): RotationError {
  return refused('ROTATE_CLIENT', `${description} (${id}) belongs to ${client}. Rotating it would lock ${client} out.`, [
    heroku('authorizations:info', id),
    todo(`Renew it in ${client}, or revoke it: heroku authorizations:revoke ${id}`),
  ])
}

/** Text that orders the issues of a credential: the newer issue has the greater text. */
export function issueOrder({createdAt, description}: Pick<Authorization, 'createdAt' | 'description'>): string {
  const {date, issue} = parseDescription(description)
  return `${date ?? createdAt.slice(0, 10)}-${String(issue).padStart(6, '0')}-${createdAt}`
}

function noSuch(authorizations: readonly Authorization[], description: string): RotationError {
  const {name: wanted} = parseDescription(description)
  const granted = authorizations.find(candidate => candidate.client !== null && parseDescription(candidate.description).name === wanted)
  if (granted) return ofClient(granted)
  const own = authorizations.filter(({client}) => client === null)
  const names = [...new Set(own.map(candidate => parseDescription(candidate.description).name))].filter(name => isName(name))
  const meant = nearest(wanted.toLowerCase(), names.map(name => name.toLowerCase()))
  const guess = names.find(name => name.toLowerCase() === meant)
  const inOrder = names.toSorted((a, b) => Number(isLogin({description: a})) - Number(isLogin({description: b})) || a.localeCompare(b, 'en', {numeric: true}))
  const known = names.length === 0 ? 'Your account has none.' : `Your account has: ${inOrder.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`
  return refused('ROTATE_NO_AUTHORIZATION', `Your account has no authorization ${description}. ${guess === undefined ? '' : `Did you mean ${guess}? `}${known}`, [
    ...(guess === undefined ? [] : [instead(description, guess)]),
    heroku('authorizations'),
  ])
}

function undescribed(authorizations: readonly Authorization[], description: string): RotationError {
  const candidates = authorizations.filter(authorization => {
    const {mark, name} = parseDescription(authorization.description)
    return authorization.client === null && mark === null && !isName(name)
  })
  if (candidates.length === 0) return noSuch(authorizations, description)
  return new AmbiguousOutgoing(candidates, `Heroku calls every authorization without a description ${description}. Name an ID`)
}

/** `2026-08-29 13:31`, in UTC as Heroku shows it. */
export const dayOf = (time: string) => time.slice(0, 16).replace('T', ' ')

/** Several authorizations are meant equally: a question for the person, not a guess. */
export class AmbiguousOutgoing extends RotationError {
  readonly candidates: readonly Authorization[]

  constructor(candidates: readonly Authorization[], happened: string) {
    const list = candidates.map(({createdAt, id}) => `  ${id}, made ${dayOf(createdAt)}`).join('\n')
    super('ROTATE_AMBIGUOUS', `${happened}:\n${list}`, {
      next: candidates.map(({id}) => heroku('authorizations:rotate', id, '--app', 'example-app')),
      now: 'Nothing was changed.',
    })
    this.candidates = candidates
  }
}
