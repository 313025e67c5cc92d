import type {Authorization} from '../../heroku/schemas.js'
import {heroku, type Next, refused, RotationError, todo} from '../../errors.js'
import {type Drift, type DriftConsumer, type DriftKey, isWrong} from '../../inventory/drift.js'
import {count} from '../../text/count.js'
import {typed} from '../../text/shell-quote.js'

const SHOWN = 5

/** The words of the command line that named the consumers; empty where none did. */
export type Words = readonly string[]

type WrongKey = Pick<DriftConsumer, 'app' | 'id' | 'kind'> & DriftKey

/** Null where every consumer was read and holds the right token. */
export function driftError(drift: Drift, words: Words): null | RotationError {
  const hidden = drift.consumers.flatMap(({id, why}) => (why === null ? [] : [`${id}: ${why}`]))
  if (!drift.isDrift) return hidden.length === 0 ? null : unreached(hidden)
  const {consumers, issues: [right, ...older], name} = drift
  const wrong = consumers.flatMap(({keys, ...at}): WrongKey[] => keys.filter(({owner}) => isWrong(owner, right)).map(key => ({...at, ...key})))
  const isClear = wrong.length > 0
  const total = consumers.reduce((sum, {keys}) => sum + keys.length, 0)
  const now = [...(isClear ? shortened(wrong.map(key => sentence(key))) : []), ...shortened(hidden.map(text => `${text}.`)), 'Nothing was changed.']
  const happened = isClear
    ? `The consumers of ${name} have drifted: ${wrong.length} of ${count(total, 'key does', 'keys do')} not hold the token of ${right.description} (${right.id}).`
    : `The consumers of ${name} hold different tokens, and Heroku shows too little of them to tell which one is of ${right.description} (${right.id}).`
  const next = [
    rotateAgain(drift, words),
    ...(isClear ? byHand(wrong, right) : [todo('To be told which is right, run it on a terminal, which asks, or with --outgoing-token-stdin and that token on stdin.')]),
    ...older.map(({description, id}) => todo(`Once nothing holds ${description} any more: heroku authorizations:revoke ${id}`)),
  ]
  return new RotationError('ROTATE_DRIFT', happened, {next, now: now.join('\n')})
}

function unreached(hidden: readonly string[]): RotationError {
  const summary = `${count(hidden.length, 'consumer')} could not be read, so what ${hidden.length === 1 ? 'it holds' : 'they hold'} is not known:`
  return refused('ROTATE_CONSUMER', [summary, ...hidden.map(text => `  ${text}`)].join('\n'), [heroku('apps', '--all'), heroku('auth:whoami')])
}

function sentence({id, key, owner}: WrongKey): string {
  const at = `${id}:${key}`
  switch (owner.is) {
  case 'another':
  case 'older':
  case 'right': {
    return `${at} holds the token of ${owner.authorization.description} (${owner.authorization.id}), which works.`
  }

  case 'dead': {
    return `${at} holds a token that Heroku refuses: what uses it does not work.`
  }

  case 'foreign': {
    return `${at} holds a token that works and is of no authorization of this account.`
  }

  case 'unclear': {
    return `${at} holds the token of one of ${owner.among.map(({description}) => description).join(', ')}.`
  }

  case 'nothing': {
    return `${at} holds nothing.`
  }

  case 'other':
  case 'unreadable': {
    return `${at} holds something that is no token.`
  }
  }
}

function shortened(lines: readonly string[]): string[] {
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `${lines.length - SHOWN} more are like these.`] : [...lines]
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
    return meant.length === 0 ? [] : [flag(id), `${id.slice(id.indexOf(':') + 1)}:${meant.join(',')}`]
  })
}

/** Suggests an editor, because other users can read the command line of a process. */
function byHand(wrong: readonly WrongKey[], {description}: Authorization): Next[] {
  const [first, ...more] = wrong
  const how = first?.app && more.length === 0 ? `: ${typed('heroku', 'config:edit', first.key, '--app', first.app)}` : ', from where it is recorded.'
  const within = wrong.filter(({isWhole}) => !isWhole).map(({id, key}) => `${key} of ${id}`)
  return [
    ...(within.length > 0 ? [todo(`Replace the token within ${within.join(', ')} by hand: nobody knows what else of it is to stay.`)] : []),
    todo(`Or give ${more.length === 0 ? `${first?.key} of ${first?.id}` : 'them'} the token of ${description} by hand${how}`),
  ]
}
