import type {App} from '../model/app.js'
import type {Dyno} from '../model/fleet.js'

import {notFound} from '../http/api-error.js'
import {type Orderings, page} from '../http/range.js'
import {type Call, param, reading, type Reply, type Route, writing} from '../http/route.js'
import {Fleet} from '../model/fleet.js'
import {fixedId} from '../model/uuid.js'
import {appOf} from './app-access.js'
import {isoTime} from './iso-time.js'

const size = {id: fixedId('standard-1X'), name: 'Standard-1X'}

const orderings: Orderings<Dyno> = [['id', ({id}) => id], ['name', ({name}) => name]]

export const dynoRoutes: readonly Route[] = [
  {
    accepted: reading,
    handle(call) {
      const app = appOf(call)
      const {headers, items, status} = page(app.dynos, call.request.headers['range'], orderings)
      return {body: items.map(dyno => dynoBody(dyno, app)), headers, status}
    },
    method: 'GET',
    path: '/apps/:app/dynos',
  },
  {accepted: reading, handle: call => ({body: dynoBody(dynoOf(call), appOf(call))}), method: 'GET', path: '/apps/:app/dynos/:dyno'},
  {
    accepted: writing,
    handle: call => restart(call, appOf(call).dynos.filter(({type}) => type !== 'run')),
    method: 'DELETE',
    path: '/apps/:app/dynos',
  },
  {accepted: writing, handle: call => restart(call, [dynoOf(call)]), method: 'DELETE', path: '/apps/:app/dynos/:dyno'},
  {
    accepted: writing,
    handle: call => restart(call, appOf(call).dynos.filter(({type}) => type === param(call, 'type'))),
    method: 'DELETE',
    path: '/apps/:app/formations/:type',
  },
  {accepted: reading, handle: call => ({body: formationBody(appOf(call))}), method: 'GET', path: '/apps/:app/formation'},
]

function dynoBody(dyno: Dyno, app: App): Record<string, unknown> {
  return {
    app: {id: app.id, name: app.name},
    attach_url: null,
    command: dyno.command,
    created_at: isoTime(dyno.createdAt),
    id: dyno.id,
    name: dyno.name,
    release: {id: dyno.release.id, version: dyno.release.version},
    size: app.dynoSize,
    state: dyno.state,
    type: dyno.type,
    updated_at: isoTime(dyno.updatedAt),
  }
}

function dynoOf(call: Call): Dyno {
  const wanted = param(call, 'dyno')
  const found = appOf(call).dynos.find(({id, name}) => id === wanted || name === wanted)
  if (!found) throw notFound('dyno')
  return found
}

function formationBody(app: App): Record<string, unknown>[] {
  return Object.entries(app.formation).map(([type, quantity]) => ({
    app: {id: app.id, name: app.name},
    command: Fleet.commandOf(type),
    created_at: isoTime(app.createdAt),
    dyno_size: {id: size.id, name: size.name.toLowerCase()},
    id: fixedId(`${app.id} ${type}`),
    quantity,
    size: size.name,
    type,
    updated_at: isoTime(app.createdAt),
  }))
}

function restart(call: Call, dynos: Dyno[]): Reply {
  appOf(call).restart(dynos)
  return {body: {}, status: call.world.switches.restartStatus}
}
