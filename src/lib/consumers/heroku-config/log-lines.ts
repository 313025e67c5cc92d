import type {Streamed} from '../../ports.js'
import {eachChunk} from '../../http/call.js'

/** An event of a dyno in the platform's part of the log. `gap` stands for lines that Logplex has dropped. */
export type Happening = {
  at: number
  dyno: string
  /** The same for a line that arrives twice. */
  key: string
  /** The exit status; null for everything but an exit. */
  status: null | number
  what: 'crash' | 'exit' | 'gap' | 'restart' | 'sigterm' | 'start' | 'up'
}

/** A line's end is thrown away where it is longer: no line that counts is. */
const LONGEST = 1000

/** Plain, or as the data of a server-sent event. */
const LINE = /^(?:data: ?)?(\d{4}-\d\d-\d\dT[\d:.+Z-]+) heroku\[([\w.-]+)\]: (.*)$/

const KINDS: readonly (readonly [RegExp, Happening['what']])[] = [
  [/^Restarting$|^State changed from up to starting$/, 'restart'],
  [/^Starting process with command /, 'start'],
  [/^Stopping all processes with SIGTERM$/, 'sigterm'],
  [/^Process exited with status \d+$/, 'exit'],
  [/^State changed from starting to up$/, 'up'],
  [/^State changed from (?:\w+ to crashed|crashed to \w+)$/, 'crash'],
  [/^Error L1[0-5]\b/, 'gap'],
]

/** Null for a line that says nothing about the end of a dyno. */
export function happeningIn(line: string): Happening | null {
  const [, time = '', dyno = '', text = ''] = LINE.exec(line) ?? []
  const at = Date.parse(time)
  const what = KINDS.find(([pattern]) => pattern.test(text))?.[1]
  if (what === undefined || Number.isNaN(at)) return null
  // Two lines tell of one restart.
  const key = [time, dyno, what, ...(what === 'restart' ? [text] : [])].join(' ')
  return {at, dyno, key, status: what === 'exit' ? Number(/\d+$/.exec(text)?.[0]) : null, what}
}

/** Cuts a stream into lines, and ends with the signal. */
export async function eachLine(body: Streamed, signal: AbortSignal, use: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let begun = ''
  await eachChunk(body, signal, chunk => {
    const lines = decoder.decode(chunk, {stream: true}).split(/\r?\n/)
    for (const [index, text] of lines.entries()) {
      begun = (begun + text).slice(0, LONGEST)
      if (index === lines.length - 1) break
      use(begun)
      begun = ''
    }
  })
}
