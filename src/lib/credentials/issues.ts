import type {Authorization} from '../heroku/schemas.js'
import {issueOf, parseDescription} from './description.js'
import {AmbiguousOutgoing, byId, chooseOutgoing, issuesOf, type Named} from './outgoing.js'

/** A credential with its issues that are alive, the newest first. */
export type Credential = {issues: readonly [Authorization, ...Authorization[]]; name: string}

/** The newest issue that no rotation is making comes first, whichever was named, because a rotation would replace it next. */
export function credentialOf(authorizations: readonly Authorization[], named: Named): Credential {
  const {description, id} = named
  const authorization = id === undefined ? null : byId(authorizations, id)
  const {name} = authorization ? issueOf(authorization) : parseDescription(description ?? '')
  const newest = newestOf(authorizations, authorization === null && description === undefined ? {} : {description: name}, id)
  return {issues: [newest, ...issuesOf(authorizations, name).filter(issue => issue.id !== newest.id)], name}
}

function newestOf(authorizations: readonly Authorization[], named: Named, id: string | undefined): Authorization {
  try {
    return chooseOutgoing(authorizations, named)
  } catch (error) {
    const meant = error instanceof AmbiguousOutgoing ? error.candidates.find(candidate => candidate.id === id) : undefined
    if (meant) return meant
    throw error
  }
}
