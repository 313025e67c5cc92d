import {type ErrorCode, heroku, type Next, toResume, toRollBack} from '../../../src/lib/errors.js'

/** An error as somebody meets it. */
export type Sample = {
  happened: string
  /** One sentence. */
  means: string
  next: Next | readonly Next[]
  now?: string
}

/** A reason that only the journal has: a phase runs again, and nothing has failed. */
export type Recorded = {means: string; recorded: string}

/** The codes that begin like that. */
export type Beginning<P extends string> = Extract<ErrorCode, `ROTATE_${P}${string}`>

export const ID = '01234567-89ab-cdef-0123-456789abcdef'
export const ROTATION = 't27nbkvm7u'

export const unchanged = 'Nothing was changed.'
export const bothWork = `The old token still works. So does the new one (${ID}). example-console uses the new token. example-app has the old or the new token; both work.`
export const allHaveNew = `The old token still works. So does the new one (${ID}). example-app uses the new token.`

export const onward = [toResume(ROTATION), toRollBack(ROTATION)]
export const status = heroku('authorizations:rotate:status')
export const list = heroku('authorizations')
export const whoami = heroku('auth:whoami')
