import type {ConfigChange} from '../model/app.js'

import {badRequest, invalid} from './api-error.js'

/** The body of a request: a JSON object, empty when there is none. */
export function objectBody(body: string): Record<string, unknown> {
  if (body.trim() === '') return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw badRequest('Unable to parse request body as JSON.')
  }

  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw badRequest('Expected a JSON object.')
  return {...parsed}
}

export function configChange(body: string, keys: RegExp): ConfigChange {
  const changes: ConfigChange = {}
  for (const [key, value] of Object.entries(objectBody(body))) {
    if (!keys.test(key)) throw invalid(`Config var key "${key}" is invalid.`)
    if (value !== null && typeof value !== 'string') throw invalid(`Config var "${key}" has to be a string.`)
    changes[key] = value
  }

  return changes
}
