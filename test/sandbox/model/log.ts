import type {Timeline} from './timeline.js'

export type LogLine = {
  readonly at: number
  readonly source: 'app' | 'heroku'
  /** As Logplex shows it, with the time in microseconds. */
  readonly text: string
}

/** What an app and its dynos have said so far. */
export class AppLog {
  readonly lines: LogLine[] = []
  readonly #timeline: Timeline

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  say(dyno: string, what: string, source: LogLine['source'] = 'heroku'): void {
    const at = this.#timeline.now
    const micros = String(this.lines.length % 1000).padStart(3, '0')
    this.lines.push({at, source, text: `${new Date(at).toISOString().slice(0, -1)}${micros}+00:00 ${source}[${dyno}]: ${what}`})
    this.#timeline.stir()
  }
}
