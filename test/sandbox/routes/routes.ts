import type {Route} from '../http/route.js'

import {accountRoutes} from './account.js'
import {appRoutes} from './apps.js'
import {authorizationRoutes} from './authorizations.js'
import {configVarRoutes} from './config-vars.js'
import {dynoRoutes} from './dynos.js'
import {logSessionRoutes} from './log-sessions.js'
import {pipelineRoutes} from './pipelines.js'
import {releaseRoutes} from './releases.js'
import {teamRoutes} from './teams.js'

/** Every endpoint of the Platform API that the sandbox has. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...authorizationRoutes,
  ...appRoutes,
  ...configVarRoutes,
  ...releaseRoutes,
  ...dynoRoutes,
  ...logSessionRoutes,
  ...teamRoutes,
  ...pipelineRoutes,
]
