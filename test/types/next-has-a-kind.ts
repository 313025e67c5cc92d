/** Law: a next step is a command, a flag or a thing to do, so that nothing is read from its text. */
import type {Next} from '../../src/lib/errors.js'

// @ts-expect-error a text
export const text: Next = 'heroku authorizations:rotate:resume'

// @ts-expect-error none of the kinds
export const none: Next = {note: 'Once that is repaired'}
