import type {Coupling, Pipeline} from '../model/pipeline.js'

import {notFound} from '../http/api-error.js'
import {page} from '../http/range.js'
import {configChange} from '../http/request-body.js'
import {type Call, param, reading, readingProtected, type Route, writingProtected} from '../http/route.js'
import {fixedId} from '../model/uuid.js'
import {type Stage, stages} from '../options.js'
import {reachableApp} from './app-access.js'
import {isoTime} from './iso-time.js'

type Coupled = {coupling: Coupling; pipeline: Pipeline}

const stageConfig = '/pipelines/:pipeline/stage/:stage/config-vars'

export const pipelineRoutes: readonly Route[] = [
  {
    accepted: reading,
    handle(call) {
      const {headers, items, status} = page(call.world.pipelines, call.request.headers['range'], [['id', ({id}) => id], ['name', ({name}) => name]])
      return {body: items.map(pipeline => pipelineBody(pipeline, call)), headers, status}
    },
    method: 'GET',
    path: '/pipelines',
  },
  {accepted: reading, handle: call => ({body: pipelineBody(pipelineOf(call), call)}), method: 'GET', path: '/pipelines/:pipeline'},
  {
    accepted: reading,
    handle: call => list(call, coupled(call).filter(({pipeline}) => pipeline === pipelineOf(call))),
    method: 'GET',
    path: '/pipelines/:pipeline/pipeline-couplings',
  },
  {accepted: reading, handle: call => list(call, coupled(call)), method: 'GET', path: '/pipeline-couplings'},
  {accepted: reading, handle: call => list(call, coupled(call)), method: 'GET', path: '/users/:user/pipeline-couplings'},
  {
    accepted: reading,
    handle(call) {
      const app = reachableApp(call)
      const found = coupled(call).find(({coupling}) => coupling.app === app)
      if (!found) throw notFound('pipeline coupling')
      return {body: couplingBody(found)}
    },
    method: 'GET',
    path: '/apps/:app/pipeline-couplings',
  },
  {accepted: readingProtected, handle: call => ({body: pipelineOf(call).config(stageOf(call))}), method: 'GET', path: stageConfig},
  {
    accepted: writingProtected,
    handle(call) {
      const pipeline = pipelineOf(call)
      pipeline.changeConfig(stageOf(call), configChange(call.request.body, /^[\w.:[\]]+$/))
      return {body: pipeline.config(stageOf(call))}
    },
    method: 'PATCH',
    path: stageConfig,
  },
]

function couplingBody({coupling, pipeline}: Coupled): Record<string, unknown> {
  return {
    app: {id: coupling.app.id},
    created_at: isoTime(pipeline.createdAt),
    id: coupling.id,
    pipeline: {id: pipeline.id},
    stage: coupling.stage,
    updated_at: isoTime(pipeline.createdAt),
  }
}

function coupled({world}: Call): Coupled[] {
  return world.pipelines.flatMap(pipeline => pipeline.couplings
    .filter(({app}) => app.access !== 'none')
    .map(coupling => ({coupling, pipeline})))
}

function list({request}: Call, items: Coupled[]) {
  const {headers, items: shown, status} = page(items, request.headers['range'], [['id', ({coupling}) => coupling.id]])
  return {body: shown.map(item => couplingBody(item)), headers, status}
}

function pipelineBody(pipeline: Pipeline, {world}: Call): Record<string, unknown> {
  return {
    created_at: isoTime(pipeline.createdAt),
    generation: {id: fixedId('cedar'), name: 'cedar'},
    id: pipeline.id,
    name: pipeline.name,
    owner: {id: world.account.id, type: 'user'},
    updated_at: isoTime(pipeline.createdAt),
  }
}

function pipelineOf(call: Call): Pipeline {
  const wanted = param(call, 'pipeline')
  const found = call.world.pipelines.find(({id, name}) => id === wanted || name === wanted)
  if (!found) throw notFound('pipeline')
  return found
}

function stageOf(call: Call): Stage {
  const wanted = param(call, 'stage')
  const found = stages.find(stage => stage === wanted)
  if (!found) throw notFound('stage')
  return found
}
