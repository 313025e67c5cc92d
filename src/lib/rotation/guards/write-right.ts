import type {Context} from '../../context.js'
import type {InspectedConsumer} from '../../inventory/inspect.js'
import {heroku, refused} from '../../errors.js'
import {savesCalls} from '../../heroku/poll.js'
import {atMost} from '../../system/at-most.js'

/** Permissions that allow to change config vars: https://devcenter.heroku.com/articles/app-permissions, 2025-07. */
const ENOUGH = new Set(['deploy', 'operate'])

type World = {concurrency: number; email: string; teamApps: ReadonlySet<string>}

/** Refuses apps of teams whose config vars the account may not change, before anything is made. Where calls are scarce, the write tells. */
export async function refuseReadOnly({api}: Pick<Context, 'api'>, consumers: readonly InspectedConsumer[], {concurrency, email, teamApps}: World): Promise<void> {
  const apps = consumers.flatMap(({consumer}) => consumer.apps).filter(app => teamApps.has(app))
  if (savesCalls(apps.length)) return
  const permissions = await atMost(concurrency, apps, async app => [app, await api.permissions(app, email)] as const)
  const readOnly = permissions.filter(([, names]) => names.length > 0 && names.every(name => !ENOUGH.has(name))).map(([app]) => app)
  if (readOnly.length === 0) return
  const happened = `${email} may not change the config vars of ${readOnly.join(', ')}. You need the permission deploy or operate.`
  throw refused('ROTATE_FORBIDDEN', happened, readOnly.map(app => heroku('access', '--app', app)), 'failed')
}
