import type {Authorization} from '../model/authorization.js'
import type {World} from '../model/world.js'
import type {Switches} from '../switches.js'

import {isoTime} from './iso-time.js'

/** A token as reads show it: ten asterisks in the middle. */
function redact(token: string, {redactPrefixLength, redactSuffix}: Switches): string {
  return `${token.slice(0, redactPrefixLength)}**********${redactSuffix ? token.slice(-4) : ''}`
}

export function authorizationBody(authorization: Authorization, world: World, redacted: boolean): Record<string, unknown> {
  const {account, now, switches} = world
  const {current, refreshToken} = authorization
  const secondsLeft = current.diesAt === null || current.expiresIn === null ? null : Math.max(0, Math.floor((current.diesAt - now) / 1000))
  return {
    access_token: {
      expires_in: secondsLeft,
      id: current.id,
      token: redacted ? redact(current.value, switches) : current.value,
    },
    client: authorization.client,
    created_at: isoTime(authorization.createdAt),
    description: authorization.description,
    grant: null,
    id: authorization.id,
    refresh_token: refreshToken && {
      expires_in: null,
      id: refreshToken.id,
      token: redacted && switches.refreshTokens === 'redacted' ? redact(refreshToken.value, switches) : refreshToken.value,
    },
    scope: authorization.scope,
    session: null,
    updated_at: isoTime(authorization.updatedAt),
    user: {email: account.email, full_name: account.name, id: account.id},
  }
}
