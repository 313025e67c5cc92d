import pLimit from 'p-limit'
import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Rotation} from '../rotation.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {canReadAccount, canReadApps, canReadConfig} from '../../heroku/scopes.js'
import {count} from '../../text/count.js'
import {withinReach} from '../delivery/reach.js'
import {allEnded} from '../engine/step.js'
import {invalidIncoming} from '../incoming/compare.js'
import {modeOf} from '../modes/mode.js'
import {TRIED} from '../planning/plan.js'

/** Tries the incoming token before anybody depends on it: the account, the scope, the lifetime. */
export async function validate(rotation: Rotation): Promise<string> {
  const {plan, state} = rotation
  if (state.incoming) modeOf(plan).checkIncoming(rotation, state.incoming)
  const trials = await tryIncoming(rotation)
  return trials.filter(Boolean).join(', ') || `scope ${plan.incoming.scope.join(',')}`
}

/** `owner` is the ID of the account that Heroku has just made the token for; null where that is not known. */
export async function tryIncoming(rotation: Rotation, owner: null | string = null): Promise<string[]> {
  const api = rotation.apiAsIncoming.recording(rotation.reads)
  rotation.trial ??= allEnded([sameAccount(rotation, api, owner), canRead(rotation, api)])
  return rotation.trial
}

async function sameAccount(rotation: Rotation, api: PlatformApi, owner: null | string): Promise<string> {
  const {everyone, plan} = rotation
  const {scope} = plan.incoming
  if (!canReadAccount(scope)) return ''
  // Reading an app shows that Heroku serves the token, so only the account is left to be known.
  const isServed = canReadConfig(scope) && everyone.some(({consumer}) => consumer.apps.length > 0)
  const {email, id} = isServed && owner === plan.account.id ? plan.account : await asked(rotation, 'its account', () => api.account())
  if (id !== plan.account.id) throw invalidIncoming(rotation, `belongs to ${email}, not to ${plan.account.email}`, modeOf(plan).wayOut)
  return `account ${plan.account.email}`
}

async function canRead(rotation: Rotation, api: PlatformApi): Promise<string> {
  const {plan} = rotation
  const {scope} = plan.incoming
  const apps = [...new Map(rotation.everyone.flatMap(bound => bound.consumer.apps.map(app => [app, bound] as const)))]
  const limit = pLimit(plan.concurrency)
  const read = (some: typeof apps, what: (app: string) => string, ask: (app: string) => Promise<unknown>) =>
    allEnded(some.map(([app, bound]) => limit(() => asked(rotation, what(app), () => withinReach([bound], undefined, () => ask(app))))))
  if (canReadConfig(scope)) {
    // A scope covers all apps of the account alike, unless it names apps (`apps:<id>.read`), so a few reads prove it.
    const some = scope.some(name => name.includes(':')) ? apps : apps.slice(0, TRIED)
    await read(some, app => `the config vars of ${app}`, app => api.configVars(app))
    return apps.length === 0 ? '' : `config vars of ${some.length < apps.length ? `${some.length} of ` : ''}${count(apps.length, 'app')}`
  }

  if (canReadApps(scope)) await read(apps, app => app, app => api.app(app))
  return ''
}

async function asked<T>(rotation: Rotation, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const {onIncomingLost, wayOut} = modeOf(rotation.plan)
    if (isPlatformError(error, 401)) {
      await onIncomingLost(rotation, 'Heroku refuses the new token')
      throw invalidIncoming(rotation, 'is refused by Heroku', wayOut)
    }

    if (isPlatformError(error, 403) || isPlatformError(error, 404)) throw invalidIncoming(rotation, `may not read ${what}`, wayOut)
    throw error
  }
}
