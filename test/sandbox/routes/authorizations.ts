import type {Authorization} from '../model/authorization.js'
import type {World} from '../model/world.js'

import {forbidden, invalid, notFound, twoFactorRequired} from '../http/api-error.js'
import {type Orderings, page} from '../http/range.js'
import {objectBody} from '../http/request-body.js'
import {type Accepted, type Call, param, type Route} from '../http/route.js'
import {authorizationBody} from './authorization-body.js'

const managing: Accepted = ({switches}: World) => switches.nonGlobalMayManageAuthorizations ? 'any' : ['global']

const orderings: Orderings<Authorization> = [['id', ({id}) => id], ['created_at', ({createdAt}) => new Date(createdAt).toISOString()]]

export const authorizationRoutes: readonly Route[] = [
  {
    accepted: managing,
    handle({request, world}) {
      const {headers, items, status} = page(world.listedAuthorizations, request.headers['range'], orderings)
      return {body: items.map(item => authorizationBody(item, world, world.switches.redactReads)), headers, status}
    },
    method: 'GET',
    path: '/oauth/authorizations',
  },
  {
    accepted: managing,
    handle(call) {
      const {request, world} = call
      challenge(call)
      if (world.account.federated && !world.switches.federatedMayCreate) throw forbidden('Users of an identity provider cannot create authorizations.')
      const {maxAuthorizations} = world.switches
      if (maxAuthorizations !== null && world.existingAuthorizations.length >= maxAuthorizations) throw invalid(`You cannot have more than ${maxAuthorizations} authorizations.`)
      const created = world.createAuthorization(newAuthorization(request.body, world))
      return {body: authorizationBody(created, world, false), status: 201}
    },
    method: 'POST',
    path: '/oauth/authorizations',
  },
  {
    accepted: managing,
    handle: call => ({body: authorizationBody(authorizationOf(call), call.world, call.world.switches.redactShow)}),
    method: 'GET',
    path: '/oauth/authorizations/:authorization',
  },
  {
    accepted: managing,
    handle(call) {
      const authorization = authorizationOf(call)
      challenge(call)
      const {description} = objectBody(call.request.body)
      if (description !== undefined) {
        authorization.description = text(description, 'description')
        authorization.updatedAt = call.world.now
      }

      return {body: authorizationBody(authorization, call.world, call.world.switches.redactWrites)}
    },
    method: 'PATCH',
    path: '/oauth/authorizations/:authorization',
  },
  {
    accepted: managing,
    handle(call) {
      const authorization = authorizationOf(call)
      challenge(call)
      const body = authorizationBody(authorization, call.world, call.world.switches.redactWrites)
      call.world.revoke(authorization)
      return {body}
    },
    method: 'DELETE',
    path: '/oauth/authorizations/:authorization',
  },
  {
    accepted: managing,
    handle(call) {
      const authorization = authorizationOf(call)
      challenge(call)
      call.world.regenerate(authorization)
      return {body: authorizationBody(authorization, call.world, !call.world.switches.regenerateReturnsToken)}
    },
    method: 'POST',
    path: '/oauth/authorizations/:authorization/actions/regenerate-tokens',
  },
]

function authorizationOf(call: Call): Authorization {
  const wanted = param(call, 'authorization')
  const found = call.world.existingAuthorizations.find(({id, isDefault}) => wanted === '~' ? isDefault : id === wanted)
  if (!found) throw notFound('authorization')
  return found
}

function challenge({request, world}: Call): void {
  const {account, switches} = world
  if (!account.twoFactor || !switches.authorizationWritesNeedTwoFactor) return
  if (request.headers['heroku-two-factor-code'] !== account.twoFactorCode) throw twoFactorRequired()
}

function newAuthorization(body: string, world: World) {
  const {description = 'Long-lived user authorization', expires_in: expiresIn = null, scope} = objectBody(body)
  if (scope === undefined && world.switches.scopeRequired) throw invalid('Require params: scope.')
  return {description: text(description, 'description'), expiresIn: seconds(expiresIn), scope: scopes(scope)}
}

function scopes(value: unknown): string[] {
  if (value === undefined || value === null) return ['global']
  if (!Array.isArray(value) || value.length === 0) throw invalid('Invalid scope.')
  return value.map(scope => text(scope, 'scope'))
}

/** The CLI sends the number as a string. */
function seconds(value: unknown): number | null {
  if (value === null) return null
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) throw invalid('Invalid expires_in.')
  return number
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`Invalid ${name}.`)
  return value
}
