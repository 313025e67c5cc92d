import type {ProgressEvent} from '../../ports.js'
import type {Styles} from '../styles.js'
import type {Progress} from './progress.js'
import {seconds, wholeSeconds} from '../../text/duration.js'

type Page = {
  /** Calls every ten seconds; answers how to stop that. */
  every(tick: () => void): () => void
  nameOf(id: string): string
  now(): number
  write(line: string): void
}

/** One line for each thing that happens, and one every ten seconds where nothing does. */
export function plainProgress({every, nameOf, now, write}: Page, styles: Styles): Progress {
  const active = new Map<string, number>()
  let waits: Extract<ProgressEvent, {type: 'wait'}>[] = []
  let isQuiet = false
  const line = (text: string) => {
    isQuiet = false
    write(`${text}\n`)
  }

  const lineOfWait = ({text, until}: {text: string; until: number}) => line(`  ${text}: ${wholeSeconds((until - now()) / 1000)} left`)

  // Polling reports the same detail of an app many times.
  const details = new Map<string, string>()

  const stopTicking = every(() => {
    const [name, since] = [...active].at(-1) ?? []
    waits = waits.filter(({until}) => until > now())
    if (isQuiet && waits.length > 0) for (const wait of waits) lineOfWait(wait)
    else if (isQuiet && name !== undefined && since !== undefined) line(`${name}: still running, ${seconds((now() - since) / 1000)}`)
    isQuiet = true
  })

  return {
    pause: () => () => {},
    report(event) {
      switch (event.type) {
      case 'phase': {
        const name = event.rotation === undefined ? event.name : `${event.rotation} ${event.name}`
        if (event.state === 'started') {
          active.set(name, now())
          line(`${name}${styles.glyphs.dots}`)
          break
        }

        active.delete(name)
        if (active.size === 0) waits = []
        line(`${name}: ${[event.state, event.detail, (event.seconds ?? 0) < 1 ? '' : seconds(event.seconds)].filter(Boolean).join(', ')}`)
        break
      }

      case 'consumer': {
        if (details.get(event.id) !== event.detail) line(`  ${nameOf(event.id)}: ${event.detail}`)
        details.set(event.id, event.detail)
        break
      }

      case 'note':
        if (event.text !== '') line(`  ${event.text}`)
        break
      case 'wait':
        waits.push(event)
        lineOfWait(event)
        break
      case 'warning':
        line(`${styles.warn('warning:')} ${event.text}`)
        break
      }
    },
    stop: stopTicking,
  }
}
