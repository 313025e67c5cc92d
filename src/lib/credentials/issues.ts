import type {Authorization} from '../heroku/schemas.js'

import {parseDescription} from './description.js'
import {AmbiguousOutgoing, byId, chooseOutgoing, issueOrder, type Named} from './outgoing.js'

/** A credential with its issues that are alive, the one that counts first. */
export type Credential = {issues: readonly [Authorization, ...Authorization[]]; name: string}

/**
 * The credential that an authorization is an issue of. The newest issue that no rotation is making counts, whichever
 * was named: it is the one that was made last, and the one that a rotation would replace next.
 */
export function credentialOf(authorizations: readonly Authorization[], named: Named): Credential {
  const {description, id} = named
  const one = id === undefined ? null : byId(authorizations, id)
  const name = parseDescription(one?.description ?? description ?? '').name
  // What has no name has no other issues.
  if (one && name === '') return {issues: [one], name: one.id}
  const newest = newestOf(authorizations, one === null && description === undefined ? {} : {description: name}, id)
  const others = authorizations.filter(candidate => {
    const found = parseDescription(candidate.description)
    return found.mark === null && found.name === name && candidate.id !== newest.id
  })
  return {issues: [newest, ...others.toSorted((a, b) => issueOrder(b).localeCompare(issueOrder(a)))], name}
}

/** Of several that are equally new, the one whose ID was given. */
function newestOf(authorizations: readonly Authorization[], named: Named, id: string | undefined): Authorization {
  try {
    return chooseOutgoing(authorizations, named)
  } catch (error) {
    const meant = error instanceof AmbiguousOutgoing ? error.candidates.find(candidate => candidate.id === id) : undefined
    if (meant) return meant
    throw error
  }
}
