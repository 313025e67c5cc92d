import type {Clock, Report} from '../ports.js'
import type {PlatformError} from './platform-error.js'
import {Alarms} from '../http/alarms.js'

const PATIENCE_MS = 5000

type Slow = {attempts: number; patience: Alarms; path: string; report: Report}

export const patienceBy = (clock: Clock) => new Alarms(clock, PATIENCE_MS)

/** Tells of a call that takes longer than some seconds: silence looks like a hang. */
export function watchCall({attempts, patience, path, report}: Slow) {
  const app = /^\/apps\/([^/?]+)/.exec(path)?.[1]
  const place = app === undefined ? '' : `${decodeURIComponent(app)}: `
  let isTold = false
  const tell = (text: string) => {
    isTold = true
    report({about: `call ${path}`, text: `${place}${text}`, type: 'note'})
  }

  const takeBack = patience.set(() => tell('Heroku does not answer yet'))
  return {
    /** Called right before the call is sent once more. */
    again(attempt: number, {status}: PlatformError) {
      const what = status === undefined ? 'Heroku does not answer' : status === 429 ? 'Heroku takes no more calls for now' : `Heroku answers ${status}`
      if (isTold) tell(`${what}, trying again (${attempt} of ${attempts})`)
    },
    over() {
      takeBack()
      if (isTold) report({about: `call ${path}`, text: '', type: 'note'})
    },
  }
}
