import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Rotation} from '../rotation.js'

import {isPlatformError} from '../../heroku/platform-error.js'
import {canReadAccount, canReadApps, canReadConfig} from '../../heroku/scopes.js'

/** The status of one read that a token of this scope should be allowed: 401 is a dead token. */
export async function witness({everyone}: Rotation, api: PlatformApi, scope: readonly string[]): Promise<number> {
  const [app] = everyone.flatMap(({consumer}) => consumer.apps)
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
