import type {Context} from '../context.js'
import type {Secret} from '../secrecy/secret.js'
import type {PlatformApi} from './platform-api.js'
import {unless} from '../system/system-error.js'
import {isPlatformError} from './platform-error.js'
import {canReadAccount, canReadApps, canReadConfig} from './scopes.js'

/** A token whose scope hides the account reads `app` instead. A status of 500 or above tells nothing about the token and is thrown. */
export async function tokenStatus(api: PlatformApi, scope: readonly string[] = [], app?: string): Promise<number> {
  try {
    if (canReadAccount(scope) || app === undefined) await api.account()
    else if (canReadConfig(scope)) await api.configVars(app)
    else if (canReadApps(scope)) await api.app(app)
    else await api.account()
    return 200
  } catch (error) {
    if (isPlatformError(error) && error.failure === 'http' && error.status !== undefined && error.status < 500) return error.status
    throw error
  }
}

/** Any answer but 401 comes from a living token: a narrow scope is refused with 403. */
export async function isAlive({api}: Pick<Context, 'api'>, token: Secret): Promise<boolean> {
  // Trouble at Heroku is no reason to replace a token.
  const status = await unless(error => isPlatformError(error) && error.failure === 'http', null, tokenStatus(api.as(token)))
  return status !== 401
}
