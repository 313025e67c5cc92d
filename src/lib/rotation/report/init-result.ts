import type {NamedSecret} from '../../github/repositories.js'
import type {Authorization} from '../../heroku/schemas.js'
import type {Unread} from '../../inventory/scan.js'
import {typed} from '../../text/shell-quote.js'
import {unreadable} from './place-result.js'

type Added = {added: string[]; file: string; name: string}

/** The document that `add --json` prints. */
export const addResult = ({added, file, name}: Added) =>
  ({added, file, name, next: typed('heroku', 'authorizations:rotate:check', '--file', file, '--description', name)})

type Init = Added & {calls: number; every: string; outgoing: Authorization; perhaps: NamedSecret[]; unread: readonly Unread[]}

/** The document that `init --json` prints. */
export function initResult({calls, every, outgoing: {description, id}, perhaps, unread, ...added}: Init) {
  // Of the secrets in `perhaps` nobody can read the values: they are comments in the file.
  return {...addResult(added), api_calls: calls, every, outgoing: {description, id}, perhaps, unreadable: unread.map(place => unreadable(place))}
}
