import type {Progress} from './progress.js'
import type {Styles} from './styles.js'
import {seconds} from '../text/duration.js'
import {label} from './styles.js'

export function plainProgress(write: (line: string) => void, styles: Styles): Progress {
  const line = (text: string) => write(`${text}\n`)
  // Polling reports the same detail of an app many times.
  const details = new Map<string, string>()

  return {
    pause() {},
    report(event) {
      switch (event.type) {
      case 'phase': {
        if (event.state === 'started') line(`${event.name}…`)
        else line(`${event.name}: ${[event.state, event.detail, (event.seconds ?? 0) < 1 ? '' : seconds(event.seconds)].filter(Boolean).join(', ')}`)
        break
      }

      case 'consumer': {
        if (details.get(event.id) !== event.detail) line(`  ${label(event.id)}: ${event.detail}`)
        details.set(event.id, event.detail)
        break
      }

      case 'note':
        line(`  ${event.text}`)
        break
      case 'warning':
        line(styles.warn(`warning: ${event.text}`))
        break
      }
    },
    stop() {},
  }
}
