import {createHash} from 'node:crypto'

/** A description taken apart: `NAME[-YYYY-MM-DD[-N]][ (rotation ID)]`. */
export type Description = {
  /** The UTC date of one issue of the credential. */
  date: null | string
  /** Which of several issues of that day, from 1. */
  issue: number
  /** The rotation in flight that made the authorization. */
  mark: null | string
  name: string
}

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

/** `NAME-<UTC date>`; a second issue on the same day gets `-2`. */
export function incomingDescription(name: string, now: number, taken: readonly string[]): string {
  const date = new Date(now).toISOString().slice(0, 10)
  const issues = taken.map(text => parseDescription(text)).filter(issue => issue.name === name && issue.date === date)
  const last = Math.max(0, ...issues.map(({issue}) => issue))
  return last === 0 ? `${name}-${date}` : `${name}-${date}-${last + 1}`
}

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'

/** Makes an ID of letters and digits without look-alikes, because people type it. Its end tells which authorization is being replaced. */
export function rotationId(bytes: Uint8Array, outgoing: string): string {
  return spell(bytes.slice(0, 6)) + tagOf(outgoing)
}

/** Whether the rotation replaces the authorization: another machine has nothing else to go by. */
export function replaces(rotation: string, outgoing: string): boolean {
  return rotation.endsWith(tagOf(outgoing))
}

const tagOf = (outgoing: string) => spell(createHash('sha256').update(outgoing).digest().subarray(0, 4))

const spell = (bytes: Uint8Array) => [...bytes].map(byte => ALPHABET[byte % ALPHABET.length] ?? '').join('')

/** The description without the mark. */
export const unmarked = (text: string) => text.replace(MARK, '')

export function marked(description: string, rotation: string): string {
  return `${description} (rotation ${rotation})`
}
