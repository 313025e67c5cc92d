import type {Clock, Report} from '../ports.js'
import type {PlatformError} from './platform-error.js'
import {alarms} from '../http/alarms.js'

type Slow = {attempts: number; patience: ReturnType<typeof patienceBy>; path: string; report: Report}

export const patienceBy = (clock: Clock) => alarms(clock, 5000)

/** Tells of a call that takes longer than some seconds: silence looks like a hang. */
export function watchCall({attempts, patience, path, report}: Slow) {
  const app = /^\/apps\/([^/?]+)/.exec(path)?.[1]
  const place = app === undefined ? '' : `${decodeURIComponent(app)}: `
  let isTold = false
  const tell = (text: string) => {
    isTold = true
    report({about: `call ${path}`, text: `${place}${text}`, type: 'note'})
  }

  const takeBack = patience(() => tell('Heroku does not answer yet'))
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
