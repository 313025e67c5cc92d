import type {Context} from '../context.js'
import type {SharedReads} from '../rotation/planning/shared-reads.js'
import {issueOf} from '../credentials/description.js'
import {chooseOutgoing, type Named, sayingOf} from '../credentials/outgoing.js'
import {heroku, refused, RotationError} from '../errors.js'
import {GONE} from '../inventory/scan.js'
import {type Usage, type Usages, usagesOf} from '../inventory/usage.js'
import {count} from '../text/count.js'
import {age} from '../text/duration.js'
import {visible} from '../text/shown.js'
import {fit, padded, widthOf} from '../text/width.js'
import {choose, says} from './operator.js'

/** The room that the list itself needs beside a choice. */
const MARGIN = 4
const STAGING = /(?:^|[-_])(?:canary|demo|dev|development|preview|qa|sandbox|stage|staging|stg|test|testing)(?:$|[-_\d])/i

type Read = Usages & {unread: number}

/** Reads, in one scan for all of them, which apps use which authorization. */
export async function readUsages(context: Context, reads: SharedReads, concurrency: number): Promise<Read> {
  const [account, authorizations] = await reads.lists()
  const {places, unread} = await reads.scan({concurrency, known: [], named: new Set(), redactedTokens: authorizations.map(({token}) => token)})
  return {...(await usagesOf(context, {account, authorizations, concurrency, places})), unread: unread.filter(({why}) => why !== GONE).length}
}

export async function pick(usages: Read, {columns, now}: {columns: number; now: number}): Promise<{apps: string[]; name: string; named: Named}> {
  const {all} = usages
  if (all.length === 0) throw refused('ROTATE_NO_AUTHORIZATION', ['This account has no authorization that could be rotated.', ...notShown(usages)].join(' '), heroku('authorizations'))
  const {authorization, used} = await choose('Which authorization do you want to rotate?', choicesOf(all, {columns, now}), notShown(usages))
  return {apps: appsIn(used), name: issueOf(authorization).name, named: sayingOf(all.map(each => each.authorization), authorization)}
}

const appsIn = (places: Usage['used']) => places.flatMap(({app}) => app ?? [])

/** Apps that use what was named already. Planning tells what is wrong with a name. */
export function appsUsing({all}: Usages, named: Named): string[] {
  try {
    const {id} = chooseOutgoing(all.map(({authorization}) => authorization), named)
    return appsIn(all.find(({authorization}) => authorization.id === id)?.used ?? [])
  } catch (error) {
    if (error instanceof RotationError) return []
    throw error
  }
}

export function choicesOf(all: readonly Usage[], {columns, now}: {columns: number; now: number}): {name: string; value: Usage}[] {
  const rows = all.map(usage => {
    const {createdAt, description, id, scope} = usage.authorization
    const isTwice = all.filter(each => each.authorization.description === description).length > 1
    const cells = [isTwice ? `${description} (${id.slice(0, 8)})` : description, `${age(now - Date.parse(createdAt))} old`, scope.join(',') || 'no scope', usedBy(usage)]
    return {cells: cells.map(cell => visible(cell)), usage}
  })
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(({cells}) => widthOf(cells[column] ?? ''))))
  return rows.map(({cells, usage}) => ({name: fit(cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  '), Math.max(20, columns - MARGIN), '…'), value: usage}))
}

function usedBy({maybe, used}: Pick<Usage, 'maybe' | 'used'>): string {
  const apps = used.filter(({app}) => app !== null).length
  const stages = used.length - apps
  const parts = [...(apps > 0 || stages === 0 ? [apps === 0 ? 'no app' : count(apps, 'app')] : []), ...(stages > 0 ? [count(stages, 'pipeline stage')] : [])]
  return `used by ${parts.join(' and ')}${maybe.length > 0 ? `, perhaps by ${maybe.length} more` : ''}`
}

function notShown({clients, logins, unread}: Read): string[] {
  const hidden = [...(logins > 0 ? [count(logins, 'CLI login')] : []), ...(clients > 0 ? [count(clients, 'authorization of an OAuth client', 'authorizations of OAuth clients')] : [])]
  return [
    ...(hidden.length === 0 ? [] : [`(${hidden.join(' and ')} ${logins + clients === 1 ? 'is' : 'are'} not shown)`]),
    ...(unread === 0 ? [] : [`(${count(unread, 'app')} could not be read)`]),
  ]
}

/** Proposes the app whose name says that a failure there hurts least, or else the first one. Null for a single app. */
export function canaryAmong(apps: readonly string[]): null | {app: string; isLikely: boolean} {
  const [first] = apps
  if (first === undefined || apps.length < 2) return null
  const staging = apps.find(app => STAGING.test(app))
  return staging === undefined ? {app: first, isLikely: false} : {app: staging, isLikely: true}
}

/** Asks for a yes. Enter alone is one only for an app whose name says that it is there for trials. */
export async function pickCanary(apps: readonly string[]): Promise<null | string> {
  const proposed = canaryAmong(apps)
  if (!proposed) return null
  return (await says(`Update ${proposed.app} first, as a canary?`, proposed.isLikely)) ? proposed.app : null
}
