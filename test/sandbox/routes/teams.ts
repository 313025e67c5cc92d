import type {World} from '../model/world.js'

import {notFound} from '../http/api-error.js'
import {page} from '../http/range.js'
import {type Call, param, reading, readingProtected, type Route} from '../http/route.js'
import {reachableApp} from './app-access.js'
import {teamAppBody} from './app-body.js'
import {isoTime} from './iso-time.js'

type Team = World['teams'][number]

export const teamRoutes: readonly Route[] = [
  {
    accepted: reading,
    handle({request, world}) {
      const {headers, items, status} = page(world.teams, request.headers['range'], [['id', ({id}) => id], ['name', ({name}) => name]])
      return {body: items.map(team => teamBody(team)), headers, status}
    },
    method: 'GET',
    path: '/teams',
  },
  {accepted: reading, handle: call => ({body: teamBody(teamOf(call))}), method: 'GET', path: '/teams/:team'},
  {
    accepted: reading,
    handle(call) {
      const team = teamOf(call)
      const apps = call.world.apps.filter(app => app.team?.id === team.id && app.access !== 'none')
      const {headers, items, status} = page(apps, call.request.headers['range'], [['id', ({id}) => id], ['name', ({name}) => name]])
      return {body: items.map(app => teamAppBody(app)), headers, status}
    },
    method: 'GET',
    path: '/teams/:team/apps',
  },
  {
    accepted: readingProtected,
    handle(call) {
      const app = reachableApp(call)
      const {actor, world: {account}} = call
      if (!app.team || ![account.email, account.id].includes(param(call, 'user'))) throw notFound('collaborator')
      const permissions = app.access === 'full' ? ['view', 'deploy', 'operate', 'manage'] : ['view']
      const at = isoTime(app.createdAt)
      return {
        body: {
          app: {id: app.id, name: app.name},
          created_at: at,
          id: actor.id,
          permissions: permissions.map(name => ({description: name, name})),
          role: 'member',
          updated_at: at,
          user: {email: account.email, federated: false, id: account.id},
        },
      }
    },
    method: 'GET',
    path: '/teams/apps/:app/collaborators/:user',
  },
]

function teamBody(team: Team): Record<string, unknown> {
  return {
    created_at: isoTime(team.createdAt),
    credit_card_collections: true,
    default: false,
    enterprise_account: null,
    id: team.id,
    identity_provider: null,
    membership_limit: 25,
    name: team.name,
    provisioned_licenses: false,
    role: 'admin',
    type: 'team',
    updated_at: isoTime(team.createdAt),
  }
}

function teamOf(call: Call): Team {
  const wanted = param(call, 'team')
  const found = call.world.teams.find(({id, name}) => id === wanted || name === wanted)
  if (!found) throw notFound('team')
  return found
}
