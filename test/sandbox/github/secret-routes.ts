import type {Place} from './hub.js'
import type {Secret, Vault} from './vault.js'

import {GitHubError, notAllowed, notFound} from './github-error.js'
import {applications, type Visibility} from './options.js'
import {type Call, isoTime, jsonBody, page, type Reply, type Route} from './route.js'

type Level = {path: string; place: (call: Call) => Place}

const levels: readonly Level[] = [
  {path: '/repos/:owner/:repo/:app/secrets', place: call => ({in: applicationOf(call), of: repositoryOf(call)})},
  {
    path: '/repos/:owner/:repo/environments/:environment/secrets',
    place: call => ({environment: call.param('environment'), of: repositoryOf(call)}),
  },
  {path: '/orgs/:org/:app/secrets', place: call => ({in: applicationOf(call), of: call.param('org')})},
]

export const secretRoutes: readonly Route[] = [
  ...levels.flatMap(({path, place}): Route[] => [
    {
      handle(call) {
        const vault = open(call, place, 'read')
        return {body: {key: vault.publicKey, key_id: vault.keyId}}
      },
      method: 'GET',
      path: `${path}/public-key`,
    },
    {
      handle(call) {
        const all = open(call, place, 'read').all
        const {headers, items} = page(all, call)
        return {body: {secrets: items.map(([name, secret]) => shown(name, secret)), total_count: all.length}, headers}
      },
      method: 'GET',
      path,
    },
    {
      handle: call => ({body: shown(call.param('name'), open(call, place, 'read').get(call.param('name')))}),
      method: 'GET',
      path: `${path}/:name`,
    },
    {handle: call => put(call, place), method: 'PUT', path: `${path}/:name`},
    {
      handle(call) {
        open(call, place, 'write').delete(call.param('name'))
        call.hub.changed()
        return {status: 204}
      },
      method: 'DELETE',
      path: `${path}/:name`,
    },
  ]),
  {
    handle(call) {
      const secret = open(call, ({param}) => ({in: applicationOf(call), of: param('org')}), 'read').get(call.param('name'))
      if (secret.visibility !== 'selected') throw new GitHubError(409, 'The visibility of the secret is not selected.')
      const selected = call.hub.repositories.filter(({id}) => secret.repositories.includes(id))
      const {headers, items} = page(selected, call)
      return {body: {repositories: items.map(({id, spec}) => ({full_name: spec.name, id})), total_count: selected.length}, headers}
    },
    method: 'GET',
    path: '/orgs/:org/:app/secrets/:name/repositories',
  },
]

function put(call: Call, place: Level['place']): Reply {
  const vault = open(call, place, 'write')
  const {encrypted_value: encrypted, key_id: keyId, selected_repository_ids: ids, visibility} = jsonBody(call.request)
  const name = call.param('name')
  const isNew = vault.put(name, {
    encrypted: String(encrypted),
    keyId: String(keyId),
    repositories: Array.isArray(ids) ? ids.map(Number) : [],
    visibility: place(call).of.includes('/') ? null : visibilityIn(visibility, ids),
  }, call.hub.now)
  call.hub.changed()
  return isNew ? {body: {}, status: 201} : {status: 204}
}

function visibilityIn(visibility: unknown, ids: unknown): Visibility {
  if (visibility === 'selected' && !Array.isArray(ids)) throw new GitHubError(422, 'selected_repository_ids is missing.')
  if (visibility === 'all' || visibility === 'private' || visibility === 'selected') return visibility
  throw new GitHubError(422, 'visibility has to be all, private or selected.')
}

function open(call: Call, place: Level['place'], needed: 'read' | 'write'): Vault {
  const vault = call.hub.vault(place(call))
  const {secrets} = call.hub.rights
  if (secrets === 'none') throw notAllowed()
  if (needed === 'write' && call.hub.findRepository(place(call).of)?.spec.archived) throw new GitHubError(403, 'Repository was archived so is read-only.')
  if (needed === 'write' && secrets === 'read') throw new GitHubError(403, 'Must have admin rights to Repository.')
  return vault
}

function applicationOf(call: Call) {
  const found = applications.find(application => application === call.param('app'))
  if (!found) throw notFound()
  return found
}

function repositoryOf({param}: Call): string {
  return `${param('owner')}/${param('repo')}`
}

function shown(name: string, {createdAt, updatedAt, visibility}: Secret): Record<string, string> {
  return {created_at: isoTime(createdAt), name, updated_at: isoTime(updatedAt), ...(visibility !== null && {visibility})}
}
