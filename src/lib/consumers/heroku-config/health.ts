import type {Dyno} from '../../heroku/schemas.js'
import type {Access, UnwellDyno} from '../adapter.js'
import {heroku, type Next, RotationError, todo, toResume} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {typed} from '../../text/shell-quote.js'
import {isFormation} from './own-dyno.js'

/** Heroku gives a web dyno this long to boot; a dyno that was not up before the rotation gets no longer. */
const BOOT_MS = 60_000

/** A crashed dyno runs no process, and so holds no token. */
const isDead = ({state}: Dyno) => state === 'crashed' || state === 'down'

export function unwellAmong(dynos: readonly Dyno[]): UnwellDyno[] {
  return inOrder(dynos.filter(dyno => isFormation(dyno) && (isDead(dyno) || dyno.state === 'starting'))).map(({name, state, type}) => ({name, state, type}))
}

export const toldOfUnwell = (unwell: readonly UnwellDyno[]): string[] => unwell.map(({name, state}) => `${name} is ${state} already and may stay so`)

type Run = {dynos: Dyno[]; unwell: null | string}

/**
 * Waits until the app is as before or better. A dyno that was not up before may crash again, and is told. On the way back
 * no crash stops anything, because a crashed dyno holds no token.
 */
export async function dynosRun(app: string, version: number, access: Access & {since?: number | undefined}): Promise<Run> {
  const isFresh = ({release}: Dyno) => release.version >= version
  const isUp = (dyno: Dyno) => dyno.state === 'idle' || (isFresh(dyno) && dyno.state === 'up')
  if (access.skipsHealth) {
    const dynos = await access.api.dynos(app)
    const unwell = told(dynos.filter(dyno => isFormation(dyno) && !isUp(dyno)), new Set())
    return {dynos, unwell: unwell && `${unwell}, not waited for (--skip-health)`}
  }

  const started = access.clock.now()
  let last: Run & {mayHoldOther: boolean} = {dynos: [], mayHoldOther: true, unwell: null}
  const running = await poll({...access, isRestart: (access.dynos ?? 0) > 0}, async () => {
    const all = await access.api.dynos(app)
    const dynos = all.filter(dyno => isFormation(dyno))
    const excused = excusedAmong(dynos, access.unwell ?? [])
    const crashed = dynos.filter(dyno => isFresh(dyno) && dyno.state === 'crashed' && !excused.has(dyno))
    if (crashed.length > 0 && !access.isBack) {
      throw new RotationError('ROTATE_DYNOS_CRASHED', `${app}: ${inOrder(crashed).map(({name}) => name).join(', ')} crashed on release v${version}.`, {
        next: [heroku('logs', '--app', app), skipping(app)],
      })
    }

    const notUp = dynos.filter(dyno => !isUp(dyno))
    last = {dynos: all, mayHoldOther: notUp.some(dyno => !isFresh(dyno) && !isDead(dyno)), unwell: told(notUp, excused)}
    const waking = notUp.filter(dyno => !(isDead(dyno) && (access.isBack || excused.has(dyno))))
    const isOver = waking.every(dyno => excused.has(dyno) && isFresh(dyno)) && access.clock.now() - started >= BOOT_MS
    if (waking.length === 0 || isOver) return last
    // An idle dyno starts with the newest release when it is woken.
    access.progress(`v${version}, ${dynos.filter(dyno => isFresh(dyno) && dyno.state === 'up').length} of ${dynos.length} dynos up`)
    return undefined
  })
  // A dyno of the new release holds the old value, whether it comes up or not.
  if (running ?? (access.isBack && !last.mayHoldOther)) return last
  throw new RotationError('ROTATE_DYNOS_TIMEOUT', `${app}: not all dynos were up on release v${version} after ${access.timeoutMs / 1000} seconds.`, {
    next: [heroku('ps', '--app', app), toResume(), skipping(app)],
  })
}

/** No command to go on with: only a person can say that the app may stay as it is. */
const skipping = (app: string): Next => todo(`If nobody can repair it now: ${typed('heroku', 'authorizations:rotate:resume', '--skip-health', app)}`)

/** Dynos that take the place of those that were not up before: by name, or by type where each release names its dynos anew. */
function excusedAmong(dynos: readonly Dyno[], unwell: readonly UnwellDyno[]): ReadonlySet<Dyno> {
  const isNumbered = ({name}: {name: string}) => /\.\d+$/.test(name)
  const named = dynos.filter(dyno => isNumbered(dyno) && unwell.some(({name}) => name === dyno.name))
  const anew = unwell.filter(one => !isNumbered(one)).map(({type}) => type)
  const pods = [...new Set(anew)].flatMap(type => {
    const ofType = dynos.filter(dyno => !isNumbered(dyno) && dyno.type === type).toSorted((a, b) => Number(isDead(b)) - Number(isDead(a)))
    return ofType.slice(0, anew.filter(each => each === type).length)
  })
  return new Set([...named, ...pods])
}

function told(notUp: readonly Dyno[], excused: ReadonlySet<Dyno>): null | string {
  const stateOf = ({release, state}: Dyno) => (state === 'up' ? `still on v${release.version}` : state)
  return notUp.length === 0 ? null : inOrder(notUp).map(dyno => `${dyno.name} ${stateOf(dyno)}${excused.has(dyno) ? ', as before' : ''}`).join('; ')
}

const inOrder = (dynos: readonly Dyno[]) => dynos.toSorted((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}))
