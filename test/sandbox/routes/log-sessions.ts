import {ApiError} from '../http/api-error.js'
import {type Call, reading, type Reply, type Route} from '../http/route.js'
import {appOf} from './app-access.js'
import {isoTime} from './iso-time.js'

export const logSessionRoutes: readonly Route[] = [
  {accepted: reading, handle: open, method: 'POST', path: '/apps/:app/log-sessions'},
]

/** Cedar only: that Fir is refused with this version of the API is not confirmed. */
function open(call: Call): Reply {
  const {request, world} = call
  const app = appOf(call)
  if (world.switches.logMood === 'refused' || app.generation === 'fir') throw new ApiError(422, 'invalid_params', 'Log sessions are not available for this app.')
  const {id, createdAt} = world.openLogSession(app, sourceIn(request.body))
  const host = request.headers['host']
  const at = isoTime(createdAt)
  return {body: {created_at: at, id, logplex_url: `${host === undefined ? 'https://logs.heroku.test' : `http://${host}`}/log-streams/${id}`, updated_at: at}, status: 201}
}

function sourceIn(body: string): string | undefined {
  const asked: unknown = body === '' ? {} : JSON.parse(body)
  const source = typeof asked === 'object' && asked !== null && 'source' in asked ? asked.source : undefined
  return typeof source === 'string' ? source : undefined
}
