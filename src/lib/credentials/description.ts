import {createHash} from 'node:crypto'

/** A description taken apart: `NAME[-YYYY-MM-DD[-N]][ (rotation ID)]`. */
export type Description = {
  date: null | string
  /** Number of the issue on its day, from 1. */
  issue: number
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
