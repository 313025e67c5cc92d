import type {DriftRequest} from '../../inventory/drift.js'
import {heroku, refused} from '../../errors.js'
import {fileRotation, refuseBoth} from '../request.js'
import {consumersFrom, refuseTwice} from './consumers.js'
import {outgoingTokenFlag} from './discover.js'
import {planFlags} from './plan.js'

export const driftFlags = {
  app: planFlags.app,
  canary: planFlags.canary,
  concurrency: planFlags.concurrency,
  file: planFlags.file,
  github: planFlags.github,
  infisical: planFlags.infisical,
  ...outgoingTokenFlag,
}

type Given = {
  app?: string[] | undefined
  canary?: string[] | undefined
  concurrency: number
  description?: string | undefined
  file?: string | undefined
  github?: string[] | undefined
  infisical?: string | undefined
}

export type Comparison = Pick<DriftRequest, 'concurrency' | 'consumers' | 'named'> & {
  isByFlags: boolean
  words: string[]
}

/** Null where neither a credential nor a consumer is named: verify then checks the rotation in flight. */
export async function comparisonFrom(id: string | undefined, given: Given): Promise<Comparison | null> {
  refuseBoth('authorizations:rotate:verify', id, given.description)
  const file = given.file === undefined ? null : await fileRotation(given.file, given.description)
  const flagged = consumersFrom(given)
  const consumers = [...(file?.consumers ?? []), ...flagged]
  refuseTwice(consumers)
  const description = given.description ?? file?.name
  if (id === undefined && description === undefined) {
    if (consumers.length === 0) return null
    throw refused('ROTATE_WHICH', 'Whose token these consumers are to hold was not said.', heroku('authorizations:rotate:verify', '--description', 'example-token', '--app', 'example-app'))
  }

  return {
    concurrency: given.concurrency,
    consumers,
    isByFlags: flagged.length > 0,
    named: id === undefined ? {description} : {id},
    words: [
      ...(given.file === undefined ? [] : ['--file', given.file]),
      ...(given.infisical === undefined ? [] : ['--infisical', given.infisical]),
      ...(given.canary ?? []).flatMap(text => ['--canary', text]),
      ...(given.app ?? []).flatMap(text => ['--app', text]),
      ...(given.github ?? []).flatMap(text => ['--github', text]),
    ],
  }
}
