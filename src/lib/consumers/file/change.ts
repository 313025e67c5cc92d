import type {Secret} from '../../secrecy/secret.js'
import {type ErrorCode, type Next, RotationError, todo} from '../../errors.js'
import {replaceToken} from '../../secrecy/occurrences.js'
import {isEncrypted, isReference} from '../by-value/held.js'
import {type Adding, mentions, withAdded, withoutAdded} from './add.js'
import {fixedPlacesOf, insteadIn, isHeld, textsOf} from './held.js'

export type Change = {
  /** Null where the token may only be replaced. */
  adding: Adding | null
  /** The token that is looked for; null where it is not known. */
  from: null | Secret
  isBack: boolean
  path: string
  /** Null for what held nothing before. */
  to: null | Secret
}

/** The file (null: none) as it has to be; the bytes themselves where it is so already. */
export function changed(bytes: Buffer | null, {to, ...change}: Change): Buffer | null {
  const {adding, from, isBack, path} = change
  if (to === null) return takenOut(bytes, change)
  if (bytes) {
    const {value} = from ? replaceToken(bytes, from, to) : {value: bytes}
    const isGivenBack = () => from && replaceToken(value, to, from).value.equals(bytes) && replaceToken(value, from, to).value.equals(value)
    if (from && !isBack && !isHeld(bytes, to) && !isGivenBack()) throw refusing('ROTATE_FILE_VALUE', oneWay(path))
    if (!value.equals(bytes) || isHeld(bytes, to)) return value
    if (from && isHeld(bytes, from)) throw stillHeld(path, bytes, from)
  }

  if (isBack && from) return bytes
  if (isBack) throw refusing('ROTATE_FILE_VALUE', unknown(path))
  const problem = notHeld(path, bytes, adding)
  if (problem) throw refusing('ROTATE_NOT_HELD_HERE', problem)
  const made = adding && withAdded(bytes, adding, to)
  if (made) return made
  throw refusing('ROTATE_FILE_VALUE', {happened: `${path}: the token does not fit there as one plain word.`, next: todo(`Write it into ${path} by hand.`)})
}

/** Why a file that does not hold the outgoing token is not given the incoming one; null where it was asked for. */
export function notHeld(path: string, bytes: Buffer | null, adding: Adding | null): null | Problem {
  const next = todo(`Put the token into ${path}, or remove it from the rotation file.`)
  const texts = bytes ? textsOf(bytes) : []
  const isLocked = texts.some(text => isEncrypted(text))
  const elsewhere = todo(`Change the secret where it is kept ({kind: command, …}), and remove ${path} from the rotation file.`)
  if (adding) {
    if (isLocked) return {happened: `${path} is encrypted, and the token would stand in it in plain.`, next: elsewhere}
    if (!bytes || !mentions(bytes, adding)) return null
    return {happened: `${path} has ${adding.name} already, but not with the old token: it has ${insteadIn(bytes)}.`, next}
  }

  const toAdd = todo(`If you want to add the token to it: {kind: file, path: ${path}, add: true, format: shell}`)
  if (!bytes) return {happened: `${path} does not exist.`, next: [next, toAdd]}
  if (bytes.length === 0) return {happened: `${path} is empty.`, next: [next, toAdd]}
  return {happened: `${path} holds ${insteadIn(bytes)}.`, next: isLocked || texts.some(text => isReference(text)) ? elsewhere : [next, toAdd]}
}

/** A token that stands somewhere in a form in which no other can be written. */
export const stillHeld = (path: string, bytes: Buffer, token: Secret): RotationError => refusing('ROTATE_FILE_VALUE', {
  happened: `${path} has the token in a form that cannot be updated (${fixedPlacesOf(bytes, token).join('; ')}).`,
  next: todo(`Replace it in ${path} by hand.`),
})

type Problem = {happened: string; next: Next | readonly Next[]}

function takenOut(bytes: Buffer | null, {adding, from, isBack, path}: Omit<Change, 'to'>): Buffer | null {
  if (!bytes) return null
  if (!from) {
    if (isBack && adding && mentions(bytes, adding)) throw refusing('ROTATE_FILE_VALUE', unknown(path))
    return bytes
  }

  const after = adding && isHeld(bytes, from) ? withoutAdded(bytes, adding, from) : bytes
  if (!after || !isHeld(after, from)) return after
  throw refusing('ROTATE_FILE_VALUE', {
    happened: `Somebody has edited ${path} since the token was added there.`,
    next: todo(`Take the token out of ${path} by hand.`),
  })
}

const unknown = (path: string): Problem => ({
  happened: `This machine does not know the new token and cannot find it in ${path}.`,
  next: todo(`Put the old content of ${path} back by hand.`),
})

const oneWay = (path: string): Problem => ({
  happened: `${path} has the token in a form that can be updated but not restored.`,
  next: todo(`Replace it in ${path} by hand.`),
})

const refusing = (code: ErrorCode, {happened, next}: Problem) => new RotationError(code, happened, {exit: 'incomplete', next})
