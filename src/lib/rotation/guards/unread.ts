import type {Covered} from './stragglers.js'
import {type Next, RotationError} from '../../errors.js'
import {GONE, type Scanned, type Unread} from '../../inventory/scan.js'
import {count} from '../../text/count.js'

/** Places that may hold the outgoing token unseen; keys that the rotation writes are looked after by their consumer. */
export function unreadIn({unread}: Pick<Scanned, 'unread'>, covered: Covered): Unread[] {
  return unread.filter(({why}) => why !== GONE).flatMap(({keys, name, ...rest}) => {
    const hidden = keys.filter(key => !covered.get(name)?.has(key))
    return keys.length > 0 && hidden.length === 0 ? [] : [{...rest, keys: hidden, name}]
  })
}

export const unreadText = ({keys, name, why}: Unread) => `${name}${keys.length > 0 ? `:${keys.join(',')}` : ''} (${why})`

export function refuseUnread(all: readonly Unread[], allowing: (words: [string, ...string[]]) => Next | Next[], now?: string): void {
  const unread = all.filter(({include}) => include === undefined)
  if (unread.length === 0) return
  const told = unread.map(place => `  ${unreadText(place)}`)
  const isOne = unread.length === 1
  const happened = [`${count(unread.length, 'place')} could not be checked. ${isOne ? 'If it uses this token, it' : 'Those that use this token'} will stop working:`, ...told].join('\n')
  const [first = '', ...others] = unread.map(({name}) => name)
  throw new RotationError('ROTATE_UNREADABLE', happened, {next: allowing(['--allow-unread', first, ...others.flatMap(name => ['--allow-unread', name])]), now})
}
