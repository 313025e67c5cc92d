import type {Context} from '../../context.js'
import {readAudit} from '../../audit/audit-log.js'
import {heroku, refused, textOf, todo} from '../../errors.js'
import {age} from '../../text/duration.js'

type Reads = Pick<Context, 'clock' | 'disk' | 'paths'>

type Wanted = {name?: string | undefined; rotation?: string | undefined}

/** Says how that rotation, or the last one of the credential or of any, has ended; null where none is in the audit log. */
export async function lastEnded({clock, ...files}: Reads, {name, rotation}: Wanted): Promise<null | {description: string; told: string}> {
  const {entries} = await readAudit(files)
  const last = entries.findLast(entry => (name === undefined || entry.description === name) && (rotation === undefined || entry.rotation === rotation))
  if (!last) return null
  const outcome = last.action.slice('secret.rotate.'.length).replace('_', ' ')
  const final = outcome === 'completed' ? '; a revoked token cannot be brought back' : ''
  const which = rotation === undefined ? 'The last rotation' : `Rotation ${rotation}`
  return {description: last.description, told: `${which} of ${last.description} ended ${age(clock.now() - Date.parse(last.time))} ago (${outcome})${final}.`}
}

export async function noneOpen(context: Reads, wanted: Wanted = {}) {
  const {name, rotation} = wanted
  const what = [...(rotation === undefined ? [] : [rotation]), ...(name === undefined ? [] : [`of ${name}`]), ...(rotation === undefined ? ['on this machine'] : [])].join(' ')
  const last = await lastEnded(context, wanted)
  const next = last === null ? heroku('authorizations:rotate:status') : todo(`To replace the token again: ${textOf(heroku('authorizations:rotate', last.description))}`)
  return refused('ROTATE_NONE', [`There is no open rotation ${what}.`, ...(last === null ? [] : [last.told])].join(' '), next)
}
