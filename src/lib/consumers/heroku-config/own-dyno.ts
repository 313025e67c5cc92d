import type {Dyno} from '../../heroku/schemas.js'
import type {Access, Holding} from '../adapter.js'
import {typed} from '../../text/shell-quote.js'

/** One-off dynos are not restarted by a release; what they captured at their start is drain's business. */
export const isOneOff = (type: string): boolean => ['release', 'run', 'scheduler'].includes(type)

export const isFormation = ({type}: Pick<Dyno, 'type'>): boolean => !isOneOff(type)

/** The dyno of the app that this command runs in. Its app is told to a dyno only where the app has dyno metadata. */
export function ownDyno(app: string, {env}: Pick<Access, 'env'>): null | string {
  return [env['HEROKU_APP_ID'], env['HEROKU_APP_NAME']].includes(app) ? (env['DYNO'] ?? null) : null
}

/** Says on the plan how the dyno of this command is treated. */
export function toldOfOwnDyno(app: string, dynos: readonly Dyno[], {env}: Pick<Access, 'env'>): Pick<Holding, 'remarks' | 'warnings'> {
  const own = ownDyno(app, {env})
  if (own !== null) {
    if (isOneOff(own.split('.')[0] ?? '')) return {remarks: [`this command runs in ${own} of it, which nothing waits for`]}
    return {remarks: [], warnings: [`this command runs in ${own} of it, which will restart: run it in a one-off dyno`]}
  }

  const isTold = Boolean(env['HEROKU_APP_ID'] ?? env['HEROKU_APP_NAME'])
  const alike = dynos.find(({name, type}) => name === env['DYNO'] && isOneOff(type))
  if (isTold || !alike) return {remarks: []}
  const apart = `${typed('heroku', 'labs:enable', 'runtime-dyno-metadata', '--app', app)} tells it apart, or leave it out with --ignore-one-off`
  return {remarks: [], warnings: [`${alike.name} may be the dyno of this command; the rotation waits for it: ${apart}`]}
}
