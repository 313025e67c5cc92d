import {createHash} from 'node:crypto'
import type {Authorization} from '../heroku/schemas.js'

/** A description taken apart: `NAME[-YYYY-MM-DD[-N]][ (rotation ID)]`. */
type Description = {
  date: null | string
  /** Number of the issue on its day, from 1. */
  issue: number
  mark: null | string
  name: string
}

/** Heroku's description of every authorization that was made without one. */
const UNDESCRIBED = 'Long-lived user authorization'

const MARK = / \(rotation ([a-z0-9]+)\)$/
const ISSUE = /-(\d{4}-\d{2}-\d{2})(?:-(\d+))?$/

export function parseDescription(text: string): Description {
  const mark = MARK.exec(text)
  const unmarked = mark ? text.slice(0, mark.index) : text
  const issue = ISSUE.exec(unmarked)
  return {
    date: issue?.[1] ?? null,
    issue: issue?.[2] === undefined ? 1 : Number.parseInt(issue[2], 10),
    mark: mark?.[1] ?? null,
    name: issue ? unmarked.slice(0, issue.index) : unmarked,
  }
}

/** Whether the name tells one credential from others: nothing does not, nor what Heroku calls all that nobody has described. */
export const isName = (name: string): boolean => name.trim() !== '' && name !== UNDESCRIBED

/** Tells what `heroku login` makes. */
export const isLogin = ({description}: Pick<Authorization, 'description'>): boolean => description.startsWith('Heroku CLI login')

/**
 * The description of an authorization taken apart. Its ID is its name where nobody has described it, and where it was granted
 * to an OAuth client, whose description is no credential's.
 */
export function issueOf({client, description, id}: Pick<Authorization, 'client' | 'description' | 'id'>): Description {
  const issue = parseDescription(description)
  return client === null && isName(issue.name) ? issue : {...issue, name: id}
}

/** `NAME-<UTC date>`; a second issue on the same day gets `-2`. */
export function incomingDescription(name: string, now: number, taken: readonly string[]): string {
  const date = new Date(now).toISOString().slice(0, 10)
  const issues = taken.map(text => parseDescription(text)).filter(issue => issue.name === name && issue.date === date)
  const last = Math.max(0, ...issues.map(({issue}) => issue))
  return last === 0 ? `${name}-${date}` : `${name}-${date}-${last + 1}`
}

export const isRotationId = (text: string): boolean => /^[a-z0-9]{1,64}$/.test(text)

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'

/** People type the ID, so it has no look-alike characters. Its end tells which authorization is being replaced. */
export function rotationId(bytes: Uint8Array, outgoing: string): string {
  return spell(bytes.slice(0, 6)) + tagOf(outgoing)
}

/** Another machine tells the outgoing authorization by the ID of the rotation only. */
export function replaces(rotation: string, outgoing: string): boolean {
  return rotation.endsWith(tagOf(outgoing))
}

const tagOf = (outgoing: string) => spell(createHash('sha256').update(outgoing).digest().subarray(0, 4))

const spell = (bytes: Uint8Array) => [...bytes].map(byte => ALPHABET[byte % ALPHABET.length] ?? '').join('')

export const unmarked = (text: string) => text.replace(MARK, '')

export function marked(description: string, rotation: string): string {
  return `${description} (rotation ${rotation})`
}
