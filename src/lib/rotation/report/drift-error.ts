import type {Authorization} from '../../heroku/schemas.js'
import {heroku, type Next, refused, type RotationError, todo} from '../../errors.js'
import {type Drift, type DriftConsumer, type DriftKey, isWrong} from '../../inventory/drift.js'
import {count} from '../../text/count.js'
import {typed} from '../../text/shell-quote.js'
import {placeOf} from '../delivery/reach.js'

const SHOWN = 5

/** The words of the command line that named the consumers; empty where none did. */
export type Words = readonly string[]

type WrongKey = Pick<DriftConsumer, 'app' | 'id' | 'kind'> & DriftKey

/** Null where every consumer was read and holds the right token. */
export function driftError(drift: Drift, words: Words): null | RotationError {
  const unread = drift.consumers.flatMap(({id, steps = [], why}) => (why === null ? [] : [{steps, text: `${id}: ${why}`}]))
  const hidden = unread.map(({text}) => text)
  if (!drift.isDrift) return hidden.length === 0 ? null : unreached(hidden, unread.flatMap(({steps}) => steps))
  const {consumers, issues: [right, ...older], name} = drift
  const wrong = consumers.flatMap(({keys, ...at}): WrongKey[] => keys.filter(({owner}) => isWrong(owner, right)).map(key => ({...at, ...key})))
  const isClear = wrong.length > 0
  const total = consumers.reduce((sum, {keys}) => sum + keys.length, 0)
  const told = [...(isClear ? shortened(wrong.map(key => sentence(key))) : []), ...shortened(hidden.map(text => `${text}.`))]
  const summary = isClear
    ? `${wrong.length} of ${count(total, 'key does', 'keys do')} not have the right token for ${name}, which is ${right.description} (${right.id}).`
    : `The places that use ${name} have different tokens. Heroku shows too little to say which one belongs to ${right.description} (${right.id}).`
  const next = [
    rotateAgain(drift, words),
    ...(isClear ? byHand(wrong, right) : [todo('Run it on a terminal, which asks you, or put the right token on stdin with --outgoing-token-stdin.')]),
    ...older.map(({description, id}) => todo(`Once nothing uses ${description} any more: heroku authorizations:revoke ${id}`)),
  ]
  return refused('ROTATE_DRIFT', [summary, ...told].join('\n'), next)
}

function unreached(hidden: readonly string[], steps: readonly Next[]): RotationError {
  const summary = `${count(hidden.length, 'consumer')} could not be read and may have another token:`
  return refused('ROTATE_CONSUMER', [summary, ...hidden.map(text => `  ${text}`)].join('\n'), steps.length > 0 ? steps : [heroku('authorizations:rotate:trust')])
}

function sentence({id, key, owner}: WrongKey): string {
  const at = `${id}:${key}`
  switch (owner.is) {
  case 'another':
  case 'older':
  case 'right':
    return `${at} has the token of ${owner.authorization.description} (${owner.authorization.id}), which works.`
  case 'dead':
    return `${at} has a token that Heroku refuses: what uses it does not work.`
  case 'foreign':
    return `${at} has a token that works but belongs to no authorization of this account.`
  case 'unclear':
    return `${at} has the token of one of these: ${owner.among.map(({description}) => description).join(', ')}.`
  case 'nothing':
    return `${at} is not set.`
  case 'other':
  case 'unreadable':
    return `${at} has something that is not a token.`
  }
}

function shortened(lines: readonly string[]): string[] {
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `And ${lines.length - SHOWN} more.`] : [...lines]
}

/** Names the consumers that hold the right token too, because they would be stragglers otherwise. */
function rotateAgain({consumers, issues: [right, next], name}: Drift, words: Words): Next {
  const credential = name === right.id || next?.description === right.description ? [right.id] : ['--description', name]
  const places = consumers.filter(({id}) => isConfig(id))
  const named = words.length > 0 ? words : flagged(places, ({owner}) => !isWrong(owner, right), id => (id.startsWith('pipeline') ? '--pipeline' : '--app'))
  const added = flagged(places, ({owner}) => owner.is === 'nothing', () => '--add')
  const overwritten = flagged(places, ({isWhole, owner}) => isWhole && isWrong(owner, right) && owner.is !== 'nothing', () => '--overwrite')
  return heroku('authorizations:rotate', ...credential, ...named, ...added, ...overwritten)
}

const isConfig = (id: string) => /^(?:heroku|pipeline)-config:/.test(id)

function flagged(consumers: readonly DriftConsumer[], isMeant: (key: DriftKey) => boolean, flag: (id: string) => string): string[] {
  return consumers.flatMap(({id, keys}) => {
    const meant = keys.filter(key => isMeant(key)).map(({key}) => key)
    return meant.length === 0 ? [] : [flag(id), `${placeOf(id)}:${meant.join(',')}`]
  })
}

/** Suggests an editor, because other users can read the command line of a process. */
function byHand(wrong: readonly WrongKey[], {description}: Authorization): Next[] {
  const [first, ...more] = wrong
  const how = first?.app && more.length === 0 ? `: ${typed('heroku', 'config:edit', first.key, '--app', first.app)}` : ', from where it is recorded.'
  const within = wrong.filter(({isWhole}) => !isWhole).map(({id, key}) => `${key} of ${id}`)
  return [
    ...(within.length > 0 ? [todo(`Replace the token within ${within.join(', ')} by hand: the rest of the value has to stay.`)] : []),
    todo(`Or give ${more.length === 0 ? `${first?.key} of ${first?.id}` : 'them'} the token of ${description} by hand${how}`),
  ]
}
