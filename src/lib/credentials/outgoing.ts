import type {Authorization} from '../heroku/schemas.js'

import {heroku, refused, RotationError} from '../errors.js'
import {parseDescription} from './description.js'

export type Named = {description?: string | undefined; id?: string | undefined}

/** A marked authorization belongs to a rotation in flight and is never chosen by its description. */
export function chooseOutgoing(authorizations: readonly Authorization[], {description, id}: Named): Authorization {
  if (id !== undefined) return byId(authorizations, id)
  if (description === undefined) {
    throw refused('ROTATE_WHICH', 'Which authorization is to be rotated was not said.', [
      heroku('authorizations'),
      heroku('authorizations:rotate', '--description', 'example-token', '--app', 'example-app'),
    ])
  }

  const parsed = parseDescription(description)
  // A date names one issue of the credential.
  const issues = issuesOf(authorizations, parsed.name).filter(issue => parsed.date === null || issue.description === description)
  const [newest] = issues
  if (!newest) throw noSuch(authorizations, description)
  const equals = issues.filter(issue => issue.description === newest.description)
  if (equals.length > 1) throw new AmbiguousOutgoing(equals, description)
  return newest
}

/** Issues of the credential that no rotation is making, the newest first. */
export function issuesOf(authorizations: readonly Authorization[], name: string): Authorization[] {
  return authorizations
    .filter(({description}) => {
      const parsed = parseDescription(description)
      return parsed.mark === null && parsed.name === name
    })
    .toSorted((a, b) => issueOrder(b).localeCompare(issueOrder(a)))
}

export function byId(authorizations: readonly Authorization[], id: string): Authorization {
  const authorization = authorizations.find(candidate => candidate.id === id)
  if (authorization) return authorization
  throw refused('ROTATE_NO_AUTHORIZATION', `This account has no authorization ${id}; one of another account cannot be rotated from here.`, [
    heroku('authorizations'),
    heroku('auth:whoami'),
  ])
}

/** Text that orders the issues of a credential: the newer issue has the greater text. */
export function issueOrder({createdAt, description}: Pick<Authorization, 'createdAt' | 'description'>): string {
  const {date, issue} = parseDescription(description)
  return `${date ?? createdAt.slice(0, 10)}-${String(issue).padStart(6, '0')}-${createdAt}`
}

function noSuch(authorizations: readonly Authorization[], description: string): RotationError {
  const names = [...new Set(authorizations.map(candidate => parseDescription(candidate.description).name))].filter(name => name !== '')
  const known = names.length === 0 ? 'The account has none.' : `The account has: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`
  return refused('ROTATE_NO_AUTHORIZATION', `No authorization is described as ${description}. ${known}`, heroku('authorizations'))
}

/** Several authorizations are meant equally: a question for the person, not a guess. */
export class AmbiguousOutgoing extends RotationError {
  readonly candidates: readonly Authorization[]

  constructor(candidates: readonly Authorization[], description: string) {
    const list = candidates.map(({createdAt, id}) => `  ${id}, made ${createdAt}`).join('\n')
    super('ROTATE_AMBIGUOUS', `${candidates.length} authorizations are described as ${description}:\n${list}`, {
      next: candidates.map(({id}) => heroku('authorizations:rotate', id, '--app', 'example-app')),
      now: 'Nothing was changed.',
    })
    this.candidates = candidates
  }
}
