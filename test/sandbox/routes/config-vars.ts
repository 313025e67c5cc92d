import type {App, ConfigChange} from '../model/app.js'

import {ApiError, invalid, notFound} from '../http/api-error.js'
import {entityTag} from '../http/entity-tag.js'
import {configChange} from '../http/request-body.js'
import {type Call, param, readingProtected, type Reply, type Route, writingProtected} from '../http/route.js'
import {protectedApp} from './app-access.js'
import {isoTime} from './iso-time.js'

const pendingWarning = 'The release command of this app is running. The new config vars take effect once it has completed.'

export const configVarRoutes: readonly Route[] = [
  {accepted: readingProtected, handle: call => ({body: shown(protectedApp(call), call)}), method: 'GET', path: '/apps/:app/config-vars'},
  {accepted: writingProtected, handle: change, method: 'PATCH', path: '/apps/:app/config-vars'},
  {
    accepted: readingProtected,
    handle(call) {
      const app = protectedApp(call)
      const release = app.findRelease(param(call, 'release'))
      if (!release) throw notFound('release')
      return {body: masked(release.config, app, call)}
    },
    method: 'GET',
    path: '/apps/:app/releases/:release/config-vars',
  },
  {accepted: readingProtected, handle: call => ({body: settings(protectedApp(call))}), method: 'GET', path: '/apps/:app/config-vars-settings', sdk: true},
]

function change(call: Call): Reply {
  const app = protectedApp(call)
  const {account, switches} = call.world
  const changes = configChange(call.request.body, /^[\w.-]+$/)
  const expected = call.request.headers['if-match']
  if (switches.ifMatchHonoured && expected !== undefined && expected !== entityTag(JSON.stringify(shown(app, call)))) {
    throw new ApiError(412, 'precondition_failed', 'The config vars have changed since they were read.')
  }

  checkSize(app, changes, switches.configLimitBytes)
  app.changeConfig(changes, {email: account.email, id: account.id}, switches.identicalPatchMakesRelease)
  return {body: shown(app, call), ...(app.hasPendingRelease && {headers: {'Warning-Message': pendingWarning}})}
}

function checkSize(app: App, changes: ConfigChange, limit: number): void {
  const entries = Object.entries({...app.nextConfig, ...changes})
  const bytes = entries.reduce((sum, [key, value]) => sum + (value === null ? 0 : Buffer.byteLength(key) + Buffer.byteLength(value)), 0)
  if (bytes > limit) throw invalid(`Config vars cannot exceed ${limit} bytes.`)
}

function masked(config: Readonly<Record<string, string>>, app: App, {world}: Call): Record<string, string | null> {
  const {maskedConfigVars} = world.switches
  if (maskedConfigVars === 'value') return config
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]): [string, string | null][] => {
    if (!app.maskedSince.has(key)) return [[key, value]]
    if (maskedConfigVars === 'omitted') return []
    return [[key, maskedConfigVars === 'null' ? null : '********']]
  }))
}

function settings(app: App): Record<string, unknown>[] {
  return Object.entries(app.config).map(([key, value]) => {
    const since = app.maskedSince.get(key)
    return {
      attachment: null,
      key,
      masked: since !== undefined,
      masking_supported: true,
      value: since === undefined ? value : null,
      value_updated_at: isoTime(since ?? app.createdAt),
    }
  })
}

function shown(app: App, call: Call): Record<string, string | null> {
  return masked(call.world.switches.pendingPatchReturnsOldValues ? app.config : app.nextConfig, app, call)
}
