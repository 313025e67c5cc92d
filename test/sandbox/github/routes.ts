import type {ApiRequest} from '../http/exchange.js'
import type {Hub} from './hub.js'

import {matchPath} from '../http/route.js'
import {badCredentials, GitHubError, notFound} from './github-error.js'
import {type Call, jsonBody, page, type Reply, type Route} from './route.js'
import {secretRoutes} from './secret-routes.js'
import {workflowRoutes} from './workflow-routes.js'

/** What gh has to send for the login to be taken. */
export const operatorLogin = 'sandbox-operator'

const routes: readonly Route[] = [
  {handle: () => ({body: {id: 1, login: 'operator', type: 'User'}}), method: 'GET', path: '/user'},
  {
    handle: ({hub}) => ({body: hub.repositories.map(({id, spec}) => ({archived: spec.archived ?? false, full_name: spec.name, id, permissions: {admin: true, push: true}}))}),
    method: 'GET',
    path: '/user/repos',
  },
  {
    handle({hub, param}) {
      const {id, spec} = hub.repository(`${param('owner')}/${param('repo')}`)
      return {body: {archived: spec.archived ?? false, default_branch: spec.defaultBranch ?? 'main', full_name: spec.name, id}}
    },
    method: 'GET',
    path: '/repos/:owner/:repo',
  },
  {
    handle(call) {
      const {environments = []} = call.hub.repository(`${call.param('owner')}/${call.param('repo')}`).spec
      const {headers, items} = page(environments, call)
      return {body: {environments: items.map(name => ({name})), total_count: environments.length}, headers}
    },
    method: 'GET',
    path: '/repos/:owner/:repo/environments',
  },
  {handle: graphql, method: 'POST', path: '/graphql'},
  ...secretRoutes,
  ...workflowRoutes,
]

/** Never fails for what is asked: an error is an answer. */
export function respond(request: ApiRequest, hub: Hub): Reply {
  try {
    if (!hub.rights.loggedIn || request.headers['authorization'] !== `token ${operatorLogin}`) throw badCredentials()
    for (const {handle, method, path} of routes) {
      const params = method === request.method ? matchPath(path, request.path) : undefined
      if (params) return handle({hub, param: name => params[name] ?? '', query: new URLSearchParams(request.query), request})
    }

    throw notFound()
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return {body: {documentation_url: 'https://docs.github.com/rest', message: error.message}, status: error.status}
  }
}

/** The two queries that gh has for what is used of it: ids of repositories by name, and a default branch. */
function graphql({hub, request}: Call): Reply {
  const {query, variables} = jsonBody(request)
  const text = String(query)
  const named = [...text.matchAll(/(\w+): repository\(owner: "([^"]+)", name: "([^"]+)"\)/g)]
  if (named.length > 0) {
    const found = named.map(([, alias = '', owner, name]) => [alias, hub.findRepository(`${owner}/${name}`)?.id] as const)
    const data = Object.fromEntries(found.map(([alias, id]) => [alias, id === undefined ? null : {databaseId: id}]))
    const errors = found.filter(([, id]) => id === undefined).map(([alias]) => ({message: 'Could not resolve to a Repository.', path: [alias], type: 'NOT_FOUND'}))
    return {body: {data, ...(errors.length > 0 && {errors})}}
  }

  if (!text.includes('defaultBranchRef')) throw new GitHubError(400, 'The sandbox does not know this query.')
  const {name, owner} = {name: '', owner: '', ...(typeof variables === 'object' ? variables : {})}
  const found = hub.findRepository(`${owner}/${name}`)
  if (!found) return {body: {data: {repository: null}, errors: [{message: 'Could not resolve to a Repository.', path: ['repository'], type: 'NOT_FOUND'}]}}
  const {id, spec} = found
  return {body: {data: {repository: {defaultBranchRef: {name: spec.defaultBranch ?? 'main'}, id: String(id), name, owner: {login: owner}}}}}
}
