import type {Authorization} from '../heroku/schemas.js'

import {refused, RotationError, usage} from '../errors.js'
import {parseDescription} from './description.js'

export type Named = {description?: string | undefined; id?: string | undefined}

/**
 * The authorization to replace: the one of that id; else the newest whose description is NAME, or NAME
 * and a date. Marked ones belong to a rotation in flight and are never it.
 */
export function chooseOutgoing(authorizations: readonly Authorization[], {description, id}: Named): Authorization {
  if (id !== undefined) return byId(authorizations, id)
  if (description === undefined) {
    throw usage('ROTATE_WHICH', 'Which authorization is to be rotated was not said.', [
      'heroku authorizations',
      'heroku authorizations:rotate --description example-token --app example-app',
    ])
  }

  const wanted = parseDescription(description)
  const issues = authorizations.filter(candidate => {
    const found = parseDescription(candidate.description)
    return found.mark === null && found.name === wanted.name
  })
  // A date names one issue of the credential.
  const matching = wanted.date === null ? issues : issues.filter(candidate => candidate.description === description)
  const newest = matching.toSorted((a, b) => issueOrder(b).localeCompare(issueOrder(a)))
  const [best] = newest
  if (!best) throw noSuch(authorizations, description)
  const equals = newest.filter(candidate => candidate.description === best.description)
  if (equals.length > 1) throw ambiguous(equals, description)
  return best
}

export function byId(authorizations: readonly Authorization[], id: string): Authorization {
  const found = authorizations.find(candidate => candidate.id === id)
  if (found) return found
  throw refused('ROTATE_NO_AUTHORIZATION', `This account has no authorization ${id}; one of another account cannot be rotated from here.`, [
    'heroku authorizations',
    'heroku auth:whoami',
  ])
}

/** Of two issues of a credential the newer one has the greater text. */
export function issueOrder({createdAt, description}: Pick<Authorization, 'createdAt' | 'description'>): string {
  const {date, issue} = parseDescription(description)
  return `${date ?? createdAt.slice(0, 10)}-${String(issue).padStart(6, '0')}-${createdAt}`
}

function noSuch(authorizations: readonly Authorization[], description: string): RotationError {
  const names = [...new Set(authorizations.map(candidate => parseDescription(candidate.description).name))].filter(name => name !== '')
  const known = names.length === 0 ? 'The account has none.' : `The account has: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`
  return refused('ROTATE_NO_AUTHORIZATION', `No authorization is described as ${description}. ${known}`, 'heroku authorizations')
}

/** Equally good ones: a question for the person, not a guess. */
export class AmbiguousOutgoing extends RotationError {
  readonly candidates: readonly Authorization[]

  constructor(candidates: readonly Authorization[], description: string) {
    const list = candidates.map(({createdAt, id}) => `  ${id}, made ${createdAt}`).join('\n')
    super('ROTATE_AMBIGUOUS', `${candidates.length} authorizations are described as ${description}:\n${list}`, {
      next: candidates.map(({id}) => `heroku authorizations:rotate ${id} --app example-app`),
      now: 'Nothing was changed.',
    })
    this.candidates = candidates
  }
}

const ambiguous = (candidates: readonly Authorization[], description: string) => new AmbiguousOutgoing(candidates, description)
