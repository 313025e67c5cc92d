import pLimit from 'p-limit'

import type {Context} from '../context.js'
import type {Identity} from '../heroku/platform-api.js'
import type {Account, Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'

import {matchesHint} from '../heroku/redaction.js'
import {sameScope} from '../heroku/scopes.js'

/** What a token turned out to be. */
export type Whose =
  | {authorization: Authorization; is: 'listed'}
  /** Heroku refuses it: of an authorization that is gone. */
  | {is: 'dead'}
  /** It works, and no authorization that this account lists explains it. */
  | {email: null | string; is: 'foreign'}
  /** Heroku shows the same of all of these. */
  | {among: readonly Authorization[]; is: 'unclear'}

export type Belongings = {of(token: Secret): undefined | Whose}

type World = {
  account: Account
  authorizations: readonly Authorization[]
  concurrency: number
  /** Tokens that are known to be those of an authorization. */
  known?: readonly {authorization: Authorization; token: Secret}[]
}

/** One token of those to be told apart, and what it may still be of. */
type Open = {fits: Authorization[]; identity: Identity; token: Secret}

/**
 * Tells whose each token is: by what the API shows of each authorization, and by one read as the token,
 * `GET /account`, which answers 401 to a dead one and otherwise tells its account and, in a header, its scope.
 */
export async function tellApart({api, clock}: Pick<Context, 'api' | 'clock'>, tokens: readonly Secret[], {account, authorizations, concurrency, known = []}: World): Promise<Belongings> {
  const limit = pLimit(concurrency)
  const open = await Promise.all(
    distinct(tokens).map(token =>
      limit(async (): Promise<Open> => {
        const identity = await api.as(token).identity()
        const sure = known.find(one => one.token.equals(token))?.authorization
        const possible = authorizations.filter(one => !known.some(({authorization}) => authorization.id === one.id))
        const fits = sure ? [sure] : possible.filter(one => matchesHint(token, one.token) && isPossible(one, identity, {account, now: clock.now()}))
        return {fits, identity, token}
      }),
    ),
  )
  settle(open)
  return {
    of(token) {
      const found = open.find(one => one.token.equals(token))
      return found && verdict(found, open)
    },
  }
}

export function distinct(tokens: readonly Secret[]): Secret[] {
  const seen = new Map(tokens.map(token => [token.fingerprint, token]))
  return [...seen.values()]
}

function isPossible({createdAt, expiresIn, scope}: Authorization, identity: Identity, {account, now}: {account: Account; now: number}): boolean {
  // The token of an authorization that is listed is refused only when it has expired.
  if (identity.status === 401) return expiresIn !== null && Date.parse(createdAt) + expiresIn * 1000 <= now
  // A token of every right may read its own account; one that may not has fewer.
  if (identity.status === 403) return !scope.includes('global')
  return identity.userId === account.id && (identity.scope === null || scope.length === 0 || sameScope(scope, identity.scope))
}

/** An authorization has one token: what fits only one, and is the only one that does, takes it from the others. */
function settle(open: readonly Open[]): void {
  for (let isMoving = true; isMoving;) {
    isMoving = false
    for (const {fits: [only, ...more], token} of open) {
      if (!only || more.length > 0) continue
      const rivals = open.filter(other => !other.token.equals(token) && other.fits.includes(only))
      if (rivals.some(({fits}) => fits.length === 1)) continue
      for (const rival of rivals) {
        rival.fits = rival.fits.filter(one => one !== only)
        isMoving = true
      }
    }
  }
}

function verdict({fits, identity, token}: Open, open: readonly Open[]): Whose {
  const [only, ...more] = fits
  if (!only) return identity.status === 401 ? {is: 'dead'} : {email: identity.email, is: 'foreign'}
  const isContested = open.some(other => !other.token.equals(token) && other.fits.includes(only))
  return more.length > 0 || isContested ? {among: fits, is: 'unclear'} : {authorization: only, is: 'listed'}
}
