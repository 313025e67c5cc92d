import type {App} from '../model/app.js'

import {fixedId} from '../model/uuid.js'
import {isoTime} from './iso-time.js'

function common(app: App): Record<string, unknown> {
  const created = isoTime(app.createdAt)
  const stack = {id: fixedId('stack'), name: app.generation === 'fir' ? 'cnb' : 'heroku-24'}
  return {
    archived_at: null,
    build_stack: stack,
    buildpack_provided_description: 'Node.js',
    created_at: created,
    git_url: `https://git.heroku.com/${app.name}.git`,
    id: app.id,
    internal_routing: null,
    maintenance: app.maintenance,
    name: app.name,
    owner: app.owner,
    region: {id: fixedId('region'), name: 'us'},
    released_at: isoTime(app.currentRelease.createdAt),
    repo_size: null,
    slug_size: app.generation === 'fir' ? null : 50_000_000,
    space: null,
    stack,
    updated_at: isoTime(app.currentRelease.updatedAt),
    web_url: `https://${app.name}.herokuapp.com/`,
  }
}

export function appBody(app: App): Record<string, unknown> {
  return {
    ...common(app),
    acm: false,
    generation: {id: fixedId(app.generation), name: app.generation},
    organization: app.team,
    team: app.team,
  }
}

/** As the apps of a team are listed: neither `generation` nor `acm`. */
export function teamAppBody(app: App): Record<string, unknown> {
  return {...common(app), joined: true, locked: false, team: app.team && {name: app.team.name}}
}
