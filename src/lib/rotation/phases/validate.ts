import pLimit from 'p-limit'

import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Rotation} from '../rotation.js'
import type {Incoming} from '../state/records.js'

import {RotationError} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {canReadAccount, canReadApps, canReadConfig, sameScope} from '../../heroku/scopes.js'
import {allEnded} from '../engine/all-ended.js'
import {startOver} from '../engine/start-over.js'
import {changedBy} from '../incoming/compare.js'
import {TRIED} from '../planning/plan.js'

/** Seconds between the platform's making a token and its telling how long it lives. */
const EXPIRY_TOLERANCE = 300

/** The incoming token, tried before anybody depends on it: whose it is, what it may do, how long. */
export async function validate(rotation: Rotation): Promise<string> {
  const {plan, state} = rotation
  if (state.incoming) asAsked(rotation, state.incoming)
  const {trial} = rotation
  if (trial?.status === 'rejected') throw trial.reason
  const told = trial?.value ?? (await tryIncoming(rotation))
  return told.filter(Boolean).join(', ') || `scope ${plan.incoming.scope.join(',')}`
}

/** The reads of it, each in a few words. */
export async function tryIncoming(rotation: Rotation): Promise<string[]> {
  const api = rotation.apiAsIncoming.recording(rotation.reads)
  return allEnded([sameAccount(rotation, api), canRead(rotation, api)])
}

function asAsked(rotation: Rotation, made: Incoming): void {
  const {context, plan} = rotation
  // In place they are what Heroku gave, and there is no way back: the person is told, and it goes on.
  if (plan.inPlace) {
    for (const change of changedBy(made, plan)) context.report({text: `regenerating changed more than the token: ${change}`, type: 'warning'})
    return
  }

  if (!sameScope(made.scope, plan.incoming.scope)) {
    throw invalid(rotation, `has scope ${made.scope.join(',')}, asked for was ${plan.incoming.scope.join(',')}`)
  }

  if (!expiresAsAsked(made.expiresIn, plan.incoming.expiresIn)) {
    throw invalid(rotation, `expires in ${made.expiresIn ?? 'no'} seconds, asked for was ${plan.incoming.expiresIn ?? 'never'}`)
  }
}

async function sameAccount(rotation: Rotation, api: PlatformApi): Promise<string> {
  const {plan} = rotation
  if (!canReadAccount(plan.incoming.scope)) return ''
  const {email, id} = await asked(rotation, 'its account', () => api.account())
  if (id !== plan.account.id) throw invalid(rotation, `belongs to ${email}, not to ${plan.account.email}`)
  return `account ${plan.account.email}`
}

async function canRead(rotation: Rotation, api: PlatformApi): Promise<string> {
  const {plan} = rotation
  const {scope} = plan.incoming
  const apps = [...new Set(rotation.everyone.flatMap(({consumer}) => consumer.apps))]
  const limit = pLimit(plan.concurrency)
  if (canReadConfig(scope)) {
    // A scope speaks of all apps of the account alike, but for one that names some (`apps:<id>.read`).
    const some = scope.some(name => name.includes(':')) ? apps : apps.slice(0, TRIED)
    await allEnded(some.map(app => limit(() => asked(rotation, `the config vars of ${app}`, () => api.configVars(app)))))
    const of = some.length < apps.length ? `${some.length} of ${apps.length}` : String(apps.length)
    return apps.length === 0 ? '' : `config vars of ${of} ${apps.length === 1 ? 'app' : 'apps'}`
  }

  if (canReadApps(scope)) await allEnded(apps.map(app => limit(() => asked(rotation, app, () => api.app(app)))))
  return ''
}

async function asked<T>(rotation: Rotation, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (isPlatformError(error, 401)) {
      if (rotation.plan.inPlace) await startOver(rotation, 'the incoming token is refused')
      throw invalid(rotation, 'is refused by Heroku')
    }

    if (isPlatformError(error, 403) || isPlatformError(error, 404)) throw invalid(rotation, `may not read ${what}`)
    throw error
  }
}

function expiresAsAsked(made: null | number, wanted: null | number): boolean {
  if (made === null || wanted === null) return made === wanted
  return Math.abs(made - wanted) <= EXPIRY_TOLERANCE
}

function invalid({id, plan}: Rotation, why: string): RotationError {
  return new RotationError('ROTATE_INVALID', `The incoming token ${why}.`, {
    exit: 'incomplete',
    next: `heroku authorizations:rotate:${plan.inPlace ? 'resume' : 'rollback'} --rotation ${id}`,
  })
}
