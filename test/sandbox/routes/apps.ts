import type {App} from '../model/app.js'

import {notFound, twoFactorRequired} from '../http/api-error.js'
import {type Orderings, page} from '../http/range.js'
import {type Call, param, reading, type Reply, type Route} from '../http/route.js'
import {fixedId} from '../model/uuid.js'
import {appOf, preAuthorizationMs, reachableApp} from './app-access.js'
import {appBody} from './app-body.js'
import {isoTime} from './iso-time.js'

const orderings: Orderings<App> = [['id', ({id}) => id], ['name', ({name}) => name]]

export const appRoutes: readonly Route[] = [
  {accepted: reading, handle: call => list(call, accessible(call)), method: 'GET', path: '/apps'},
  {accepted: reading, handle: call => list(call, accessible(call).filter(({team}) => team === null)), method: 'GET', path: '/users/:user/apps'},
  {accepted: reading, handle: call => ({body: appBody(appOf(call))}), method: 'GET', path: '/apps/:app'},
  {accepted: reading, handle: call => ({body: featureBody(appOf(call), param(call, 'feature'))}), method: 'GET', path: '/apps/:app/features/:feature'},
  {accepted: 'any', handle: preAuthorize, method: 'PUT', path: '/apps/:app/pre-authorizations'},
]

function accessible({world}: Call): App[] {
  return world.apps.filter(({access}) => access !== 'none')
}

function featureBody(app: App, feature: string): Record<string, unknown> {
  const id = fixedId('preboot')
  if (feature !== 'preboot' && feature !== id) throw notFound('feature')
  return {
    created_at: isoTime(app.createdAt),
    description: 'Provide seamless web dyno deploys',
    display_name: 'Preboot',
    doc_url: 'https://devcenter.heroku.com/articles/preboot',
    enabled: app.preboot,
    feedback_email: 'feedback@heroku.com',
    id,
    name: 'preboot',
    state: 'general',
    updated_at: isoTime(app.createdAt),
  }
}

function list({request, world}: Call, apps: App[]): Reply {
  const {headers, items, status} = page(apps, request.headers['range'], orderings, world.switches.pageMax)
  return {body: items.map(item => appBody(item)), headers, status}
}

function preAuthorize(call: Call): Reply {
  const app = reachableApp(call)
  const {actor, request, world} = call
  if (request.headers['heroku-two-factor-code'] !== world.account.twoFactorCode) throw twoFactorRequired()
  app.preAuthorize(actor.id, preAuthorizationMs)
  return {body: {}}
}
