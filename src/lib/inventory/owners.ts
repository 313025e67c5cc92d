import type {Context} from '../context.js'
import type {Identity} from '../heroku/platform-api.js'
import type {Account, Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import {matchesRedacted} from '../heroku/redaction.js'
import {sameScope} from '../heroku/scopes.js'
import {atMost} from '../system/at-most.js'

export type UnlistedOwner =
  /** Heroku shows the tokens of all of these authorizations alike. */
  | {among: readonly Authorization[]; is: 'unclear'}
  /** The token works, and no authorization that this account lists explains it. */
  | {email: null | string; is: 'foreign'}
  | {is: 'dead'}

export type TokenOwner = UnlistedOwner | {authorization: Authorization; is: 'listed'}

/** Unclear for a token that was not asked about. */
export type OwnerOf = (token: Secret) => TokenOwner

export type Known = {authorization: Authorization; token: Secret}

export type OwnersWorld = {
  account: Account
  authorizations: readonly Authorization[]
  concurrency: number
  /** Answers that are there or on their way, by the token's fingerprint. */
  identities?: ReadonlyMap<string, Promise<Identity>>
  known?: readonly Known[]
}

/** A token with the authorizations that it may still be of. */
type Open = {fits: Authorization[]; identity: Identity; token: Secret}

/** Compares each token with the redacted tokens, and reads `GET /account` as the token: a dead token gets 401, any other its account and scope. */
export async function findOwners({api}: Pick<Context, 'api'>, tokens: readonly Secret[], {account, authorizations, concurrency, identities, known = []}: OwnersWorld): Promise<OwnerOf> {
  const open = await atMost(concurrency, distinct(tokens), async (token): Promise<Open> => {
    const identity = await (identities?.get(token.fingerprint) ?? api.as(token).identity())
    const sure = known.find(each => each.token.equals(token))?.authorization
    const possible = authorizations.filter(({id}) => !known.some(({authorization}) => authorization.id === id))
    const fits = sure ? [sure] : possible.filter(each => matchesRedacted(token, each.token) && isPossible(each, identity, {account, now: api.now}))
    return {fits, identity, token}
  })
  settle(open)
  return token => {
    const match = open.find(each => each.token.equals(token))
    return match ? verdict(match, open) : {among: [], is: 'unclear'}
  }
}

export function distinct(tokens: readonly Secret[]): Secret[] {
  return [...new Map(tokens.map(token => [token.fingerprint, token])).values()]
}

function isPossible({createdAt, expiresIn, scope}: Authorization, identity: Identity, {account, now}: {account: Account; now: number}): boolean {
  // A listed authorization has a refused token only when it has expired.
  if (identity.status === 401) return expiresIn !== null && Date.parse(createdAt) + expiresIn * 1000 <= now
  // A global token may read its own account, so a token that may not is narrower.
  if (identity.status === 403) return !scope.includes('global')
  return identity.userId === account.id && (identity.scope === null || scope.length === 0 || sameScope(scope, identity.scope))
}

/** An authorization has one token, so a token that fits no other authorization takes it from all rivals. */
function settle(open: readonly Open[]): void {
  for (let isMoving = true; isMoving;) {
    isMoving = false
    for (const {fits: [only, ...more], token} of open) {
      if (!only || more.length > 0) continue
      const rivals = open.filter(rival => !rival.token.equals(token) && rival.fits.includes(only))
      if (rivals.some(({fits}) => fits.length === 1)) continue
      for (const rival of rivals) {
        rival.fits = rival.fits.filter(authorization => authorization !== only)
        isMoving = true
      }
    }
  }
}

function verdict({fits, identity, token}: Open, open: readonly Open[]): TokenOwner {
  const [only, ...more] = fits
  if (!only) return identity.status === 401 ? {is: 'dead'} : {email: identity.email, is: 'foreign'}
  const isContested = open.some(rival => !rival.token.equals(token) && rival.fits.includes(only))
  return more.length > 0 || isContested ? {among: fits, is: 'unclear'} : {authorization: only, is: 'listed'}
}
