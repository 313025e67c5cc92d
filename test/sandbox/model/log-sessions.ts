import type {LogMood} from '../switches.js'
import type {App} from './app.js'
import type {LogLine} from './log.js'
import type {World} from './world.js'

const backlog = 100
const lateMs = 4000
const linesOfBroken = 4

type Delivery = {at: number; text: string}

/** One app's log as whoever has the address of the session reads it. */
export class LogSession {
  readonly createdAt: number
  readonly id: string
  readonly #app: App
  readonly #source: string | undefined
  readonly #world: World

  constructor(world: World, app: App, id: string, source: string | undefined) {
    this.createdAt = world.now
    this.id = id
    this.#app = app
    this.#source = source
    this.#world = world
  }

  /** From the last lines on, until the signal. Time is the world's, so that a virtual clock carries it too. */
  async * read(signal: AbortSignal): AsyncGenerator<string> {
    const {logFormat, logMood} = this.#world.switches
    let sent = 0
    for await (const text of this.#lines(logMood, signal)) {
      sent += 1
      yield logFormat === 'sse' ? `id: ${sent}\ndata: ${text}\n\n` : `${text}\n`
      if (logMood === 'broken' && sent >= linesOfBroken) return
    }
  }

  async * #lines(mood: LogMood, signal: AbortSignal): AsyncGenerator<string> {
    const world = this.#world
    const {lines} = this.#app.log
    const due: Delivery[] = []
    let next = Math.max(0, lines.length - backlog)
    while (!signal.aborted) {
      world.catchUp()
      for (let line = lines[next]; line; line = lines[next]) {
        if (this.#source === undefined || line.source === this.#source) due.push(...deliveries(line, next, mood))
        next += 1
      }

      due.sort((a, b) => a.at - b.at)
      while (due[0] && due[0].at <= world.now) yield due.shift()?.text ?? ''
      if (lines.length === next) await world.change(due[0]?.at, signal)
    }
  }
}

/** How a line arrives: nothing, once or twice, then or later; `number` is its place in the log. */
function deliveries({at, text}: LogLine, number: number, mood: LogMood): Delivery[] {
  // Looks random and is the same each time.
  const chance = (Math.imul(number + 1, 2_654_435_761) >>> 0) / 2 ** 32
  switch (mood) {
  case 'doubled': {
    return [{at, text}, {at: at + 300, text}]
  }

  case 'gappy': {
    return chance < 0.7 ? [{at, text}] : [{at, text: `${text.split(' ')[0] ?? ''} heroku[logplex]: Error L10 (output buffer overflow): 1 messages dropped since then`}]
  }

  case 'late': {
    return [{at: at + lateMs, text}]
  }

  case 'lossy': {
    return chance < 0.7 ? [{at, text}] : []
  }

  case 'shuffled': {
    return [{at: at + Math.floor(chance * 900), text}]
  }

  case 'silent': {
    return []
  }

  default: {
    return [{at, text}]
  }
  }
}
