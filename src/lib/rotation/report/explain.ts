import type {Rotation} from '../rotation.js'
import {heroku, Interrupted, isCommand, RotationError, textOf, todo, toResume} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {codeOf} from '../../system/system-error.js'
import {typed} from '../../text/shell-quote.js'
import {isOfOne, isRefusal, placeOf} from '../delivery/reach.js'
import {modeOf} from '../modes/mode.js'
import {madeNothing} from '../state/state.js'

/** Errors after which there is only the way that they tell. */
const SAYS_NEXT: ReadonlySet<string> = new Set(['ROTATE_GOING_BACK', 'ROTATE_INCOMING_DEAD', 'ROTATE_TOO_LATE'])

/** A step of these goes on, and a bare resume does not. */
const STOPS_AGAIN: ReadonlySet<string> = new Set(['ROTATE_MANUAL', 'ROTATE_STRAGGLERS'])

export const newSession = [heroku('login'), todo('If HEROKU_API_KEY is set, the CLI uses it: replace it or unset it.')]

/** What a login of the scope global may always read. */
const OF_LOGIN = /^GET \/(?:account|oauth\/authorizations):/

/** Turns any failure into one that a person understands; `explain` adds the situation of the rotation. */
export function toRotationError(error: unknown): RotationError {
  if (error instanceof RotationError) return error
  if (isPlatformError(error)) {
    const id = error.requestId ? ` (request ${error.requestId.split(',')[0] ?? ''})` : ''
    if (error.status === 401) {
      return new RotationError('ROTATE_SESSION', 'Heroku refuses your login: it has expired or was revoked.', {next: newSession})
    }

    if (error.status === 403 && OF_LOGIN.test(error.message)) {
      return new RotationError('ROTATE_SESSION', `Your login may not do this: ${error.told}. It needs the scope global.`, {next: newSession})
    }

    if (error.failure === 'network' || error.failure === 'deadline') {
      return new RotationError('ROTATE_UNREACHABLE', `Heroku cannot be reached. ${error.told}.`, {
        next: [heroku('status'), todo('Check HEROKU_HOST, HTTPS_PROXY and the network, then run the command again.')],
      })
    }

    if (error.status === 429) {
      return new RotationError('ROTATE_RATE_LIMIT', 'The account has no API calls left.', {next: todo('Wait a few minutes, then run the command again.')})
    }

    // A hotel's or an office's network that asks for a login answers with a page of its own.
    const isPage = error.failure === 'shape' || error.status === 511
    const network = isPage ? [todo('If this network asks for a login, log in to it with a browser, then run the command again.')] : []
    const happened = error.failure === 'http' ? error.told.replace(/^([A-Z]+ \S+): /, 'Heroku answered $1 with ') : error.told
    return new RotationError('ROTATE_PLATFORM', `${happened}${id}.`, {next: [heroku('status'), ...network]})
  }

  if (error instanceof Error && error.name === 'ExitPromptError') return new Interrupted()
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd') return new RotationError('ROTATE_FILE', 'The directory that you are in was removed.', {next: todo('cd')})
  const disk = diskFailure(error)
  if (disk) {
    return new RotationError('ROTATE_DISK', `The journal cannot be written (${disk}). Without it the rotation stops.`, {
      next: todo('Free space on the disk, or make the directory writable.'),
    })
  }

  return new RotationError('ROTATE_UNEXPECTED', `Something unexpected happened (${kindOf(error)}).`, {
    next: todo('Report this line and the command you typed to the authors of the plugin.'),
  })
}

/** Adds to a failure within a rotation what is true now and how to go on. */
export function explain(error: unknown, {outOfReach, plan, state}: Rotation): RotationError {
  const said = toRotationError(error)
  const told = isPlatformError(error) && isRefusal(error) ? said.with({next: [heroku('apps', '--all'), heroku('auth:whoami')]}) : said
  if (saysAll(told)) return told
  const {next, now} = modeOf(plan).situation(plan, state)
  if (madeNothing(state)) {
    const again = told.steps.filter(step => !isCommand(step, 'authorizations:rotate:resume'))
    return told.with({exit: told.exit === 'incomplete' ? 'failed' : told.exit, next: again.length > 0 ? again : todo('Run the command again.'), now})
  }

  if (told.exit === 'failed' && state.incoming === null && told.now !== undefined) return told
  if (SAYS_NEXT.has(told.code)) return told.with({now: told.now ?? now})
  // Without the words that its own step has, a resume would stop at the same place.
  const onward = STOPS_AGAIN.has(told.code) ? next.filter(step => !isCommand(step, 'authorizations:rotate:resume')) : next
  const usual = new Set([toResume(), ...next].map(step => textOf(step)))
  const own = told.steps.filter(step => !usual.has(textOf(step)))
  const isReleaseLost = state.direction === 'back' && (told.code === 'ROTATE_RELEASE_FAILED' || told.code === 'ROTATE_RELEASE_TIMEOUT')
  const allowing = [...outOfReach].flatMap(id => [isReleaseLost ? '--allow-straggler' : '--allow-unread', placeOf(id)])
  const isKept = allowing.length > 0 && (state.direction === 'back' ? isOfOne(error) : isOfConsumer(error, state))
  const keeping = isKept ? [todo(`If it is out of reach for good and may stay as it is: ${typed('heroku', 'authorizations:rotate:resume', '--rotation', plan.rotation, ...allowing)}`)] : []
  return told.with({exit: told.exit === 'interrupted' ? 'interrupted' : 'incomplete', next: told.exit === 'interrupted' ? next : [...own, ...onward, ...keeping], now})
}

/** Before there is a new token no app has been asked for anything. */
const isOfConsumer = (error: unknown, {incoming}: Rotation['state']) => incoming !== null && isRefusal(error)

/** Somebody has taken the lock away, or the journal is an older one: the rotation may be further than it says. */
export const isLost = ({code, exit}: RotationError) => (code === 'ROTATE_LOCKED' || code === 'ROTATE_JOURNAL') && exit === 'incomplete'

export const isOver = ({code}: RotationError) => code === 'ROTATE_INCOMING_GONE'

const saysAll = (error: RotationError) => isOver(error) || isLost(error)

function diskFailure(error: unknown): null | string {
  if (!(error instanceof Error) || !('syscall' in error)) return null
  const codes = ['EACCES', 'EISDIR', 'ELOOP', 'ENOTDIR', 'EDQUOT', 'EIO', 'EMFILE', 'ENOSPC', 'EPERM', 'EROFS']
  return codes.find(code => code === codeOf(error)) ?? null
}

/** Tells kind and place only, because the message of an unknown error may quote a token. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const kind = codeOf(error) ?? error.name
  const place = /([\w-]+\.js:\d+):\d+\)?$/m.exec(error.stack ?? '')
  return place ? `${kind} at ${place[1]}` : kind
}
