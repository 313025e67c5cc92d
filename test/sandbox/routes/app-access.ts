import type {App} from '../model/app.js'

import {ApiError, forbidden, notFound, twoFactorRequired} from '../http/api-error.js'
import {type Call, param} from '../http/route.js'

export const preAuthorizationMs = 600_000

/** The same, for what `view` does not show: config vars and releases. */
export function protectedApp(call: Call): App {
  const app = appOf(call)
  if (app.access === 'view') throw forbidden(`You do not have the permission to see the config vars of the app ${app.name}.`)
  return app
}

/** The app a request is about, once everything that guards it is satisfied. */
export function appOf(call: Call): App {
  const app = reachableApp(call)
  if (call.request.method !== 'GET' && app.access !== 'full') {
    throw new ApiError(403, 'forbidden', `You do not have the permission to change the app ${app.name}.`, {app: {name: app.name}})
  }

  challenge(call, app)
  return app
}

export function reachableApp(call: Call): App {
  const app = call.world.findApp(param(call, 'app'))
  if (!app) throw notFound('app')
  if (app.access === 'none') throw forbidden(`You do not have access to the app ${app.name}.`)
  return app
}

function challenge({actor, request, world}: Call, app: App): void {
  if (!app.twoFactor || app.isPreAuthorized(actor.id)) return
  if (world.switches.directAuthorizationsSkipTwoFactor && !actor.isSession) return
  if (request.headers['heroku-two-factor-code'] === world.account.twoFactorCode) return
  throw twoFactorRequired({app: {id: app.id, name: app.name}})
}
