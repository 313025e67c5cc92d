import type {World} from '../model/world.js'

import {notFound} from '../http/api-error.js'
import {type Call, param, type Reply, type Route} from '../http/route.js'
import {fixedId} from '../model/uuid.js'
import {isoTime} from './iso-time.js'

const identifying = ({switches}: World) => switches.accountScopes === 'any' ? 'any' as const : ['global', 'identity']

export const accountRoutes: readonly Route[] = [
  {accepted: identifying, handle: ({world}) => ({body: accountBody(world)}), method: 'GET', path: '/account'},
  {
    accepted: 'any',
    free: true,
    handle: ({world}) => ({body: {remaining: world.rateLimiter.remaining(world.now)}}),
    method: 'GET',
    path: '/account/rate-limits',
  },
  {accepted: identifying, handle: accountOf, method: 'GET', path: '/users/:user'},
]

function accountOf(call: Call): Reply {
  const user = param(call, 'user')
  const {account} = call.world
  if (!['~', account.email, account.id].includes(user)) throw notFound('account')
  return {body: accountBody(call.world)}
}

function accountBody({account, now}: World): Record<string, unknown> {
  return {
    allow_tracking: true,
    beta: false,
    country_of_residence: 'United States',
    created_at: isoTime(account.createdAt),
    default_organization: null,
    default_team: null,
    delinquent_at: null,
    email: account.email,
    federated: account.federated,
    id: account.id,
    identity_provider: account.federated ? identityProvider(account.identityProviderId) : null,
    last_login: isoTime(now - 3_600_000),
    name: account.name,
    sms_number: account.twoFactor ? '+1 ***-***-1234' : null,
    suspended_at: null,
    two_factor_authentication: account.twoFactor,
    updated_at: isoTime(account.createdAt),
    verified: true,
  }
}

function identityProvider(id: string): Record<string, unknown> {
  return {
    id,
    name: 'example-sso',
    organization: {name: 'example-team'},
    owner: {id: fixedId('example-team'), name: 'example-team', type: 'team'},
    team: {name: 'example-team'},
  }
}
