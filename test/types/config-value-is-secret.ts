/** Law: config vars are written from secrets, so that no value is handled as text on the way. */
import type {PlatformApi} from '../../src/lib/heroku/platform-api.js'

export function write(api: PlatformApi): Promise<void> {
  // @ts-expect-error a value in the clear
  return api.setConfigVars('example-app', new Map([['HEROKU_API_KEY', 'in the clear']]))
}
