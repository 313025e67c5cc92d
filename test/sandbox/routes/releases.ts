import type {App} from '../model/app.js'
import type {Release} from '../model/releases.js'

import {invalid, notFound} from '../http/api-error.js'
import {type Orderings, page} from '../http/range.js'
import {objectBody} from '../http/request-body.js'
import {type Call, param, readingProtected, type Reply, type Route, writingProtected} from '../http/route.js'
import {appOf} from './app-access.js'
import {isoTime} from './iso-time.js'

const orderings: Orderings<Release> = [['id', ({id}) => id], ['version', ({version}) => version]]

export const releaseRoutes: readonly Route[] = [
  {
    accepted: readingProtected,
    handle(call) {
      const app = appOf(call)
      const {headers, items, status} = page(app.releases, call.request.headers['range'], orderings)
      return {body: items.map(release => releaseBody(release, app)), headers, status}
    },
    method: 'GET',
    path: '/apps/:app/releases',
  },
  {
    accepted: readingProtected,
    handle(call) {
      const app = appOf(call)
      const release = app.findRelease(param(call, 'release'))
      if (!release) throw notFound('release')
      return {body: releaseBody(release, app)}
    },
    method: 'GET',
    path: '/apps/:app/releases/:release',
  },
  {accepted: writingProtected, handle: rollBack, method: 'POST', path: '/apps/:app/releases'},
]

function releaseBody(release: Release, app: App): Record<string, unknown> {
  const image = {id: release.slugId, type: app.generation === 'fir' ? 'oci-image' : 'slug'}
  return {
    addon_plan_names: [],
    app: {id: app.id, name: app.name},
    artifacts: [image],
    created_at: isoTime(release.createdAt),
    current: release.current,
    description: release.description,
    eligible_for_rollback: release.status === 'succeeded',
    id: release.id,
    output_stream_url: release.status === 'pending' ? `https://release-output.heroku.com/streams/${release.id}` : null,
    slug: app.generation === 'fir' ? null : {id: release.slugId},
    status: release.status,
    updated_at: isoTime(release.updatedAt),
    user: {email: release.user.email, id: release.user.id},
    version: release.version,
  }
}

function rollBack(call: Call): Reply {
  const app = appOf(call)
  const {release: wanted} = objectBody(call.request.body)
  if (typeof wanted !== 'string') throw invalid('Require params: release.')
  const release = app.findRelease(wanted)
  if (!release) throw notFound('release')
  return {body: releaseBody(app.rollBackTo(release, call.world.account), app), status: 201}
}
