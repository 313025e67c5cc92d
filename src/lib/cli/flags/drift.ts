import {namedBy} from '../../credentials/outgoing.js'
import {heroku, refused} from '../../errors.js'
import {fileRotation, refuseBoth, type Trust, unasked} from '../request.js'
import {consumerFlags, consumersFrom, type Given as Flagged, refuseTwice, wordsOf} from './consumers.js'
import {outgoingTokenFlag} from './discover.js'
import {fileFlags} from './file.js'
import {planFlags} from './plan.js'

export const driftFlags = {
  ...consumerFlags,
  concurrency: planFlags.concurrency,
  ...fileFlags,
  ...outgoingTokenFlag,
}

type Given = Flagged & {concurrency: number; description?: string | undefined; file?: string | undefined; fileText?: string | undefined; 'trust-file'?: string | undefined}

export type Comparison = NonNullable<Awaited<ReturnType<typeof comparisonFrom>>>

/** Null where neither a credential nor a consumer is named: verify then checks the rotation in flight. */
export async function comparisonFrom(argument: string | undefined, given: Given, store: Trust['store']) {
  refuseBoth('authorizations:rotate:verify', argument, given.description)
  const {description: said, id} = namedBy(argument, given.description)
  const file = given.file === undefined ? null : await fileRotation(given.file, said, {given: given['trust-file'], store}, given.fileText)
  const flagged = consumersFrom(given)
  const consumers = [...(file ? unasked(file) : []), ...flagged]
  refuseTwice(consumers)
  const description = said ?? file?.name
  if (id === undefined && description === undefined) {
    if (consumers.length === 0) return null
    throw refused('ROTATE_WHICH', 'Which token should they have? Name the authorization.', heroku('authorizations:rotate:verify', '--description', 'example-token', '--app', 'example-app'))
  }

  return {
    concurrency: given.concurrency,
    consumers,
    isByFlags: flagged.length > 0,
    untrusted: file?.trusting ?? null,
    named: id === undefined ? {description} : {id},
    words: [...(given.file === undefined ? [] : ['--file', given.file]), ...wordsOf(given)],
  }
}
