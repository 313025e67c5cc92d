import type {Clock, Report} from '../ports.js'
import type {PlatformError} from './platform-error.js'

const PATIENCE_MS = 5000

type Slow = {attempts: number; clock: Clock; path: string; report: Report}

/** Tells of a call that takes longer than some seconds: silence looks like a hang. */
export function watchCall({attempts, clock, path, report}: Slow) {
  const since = clock.now()
  const app = /^\/apps\/([^/?]+)/.exec(path)?.[1]
  const place = app === undefined ? '' : `${decodeURIComponent(app)}: `
  const ended = new AbortController()
  let isTold = false
  const tell = (text: string) => {
    isTold = true
    report({about: `call ${path}`, text: `${place}${text}`, type: 'note'})
  }

  clock.sleep(PATIENCE_MS, ended.signal).then(() => tell('Heroku does not answer yet'), () => {})
  return {
    /** Called right before the call is sent once more. */
    again(attempt: number, {status}: PlatformError) {
      const what = status === undefined ? 'Heroku does not answer' : status === 429 ? 'Heroku takes no more calls for now' : `Heroku answers ${status}`
      if (isTold || clock.now() - since >= PATIENCE_MS) tell(`${what}, trying again (${attempt} of ${attempts})`)
    },
    over() {
      ended.abort('ended')
      if (isTold) report({about: `call ${path}`, text: '', type: 'note'})
    },
  }
}
