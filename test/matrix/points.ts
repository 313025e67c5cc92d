
import {seededRandom} from '../support/in-process.js'
import {type Open, openReal, type Point, type Setting, type Way} from './point.js'
import {type Death, useOf} from './scene.js'

/** What a rotation does when nothing goes wrong: its requests and fsyncs, and how many come before the pivot. */
export type Happy = {beforePivot: {requests: number; writes: number}; requests: readonly string[]; writes: readonly string[]}

type Session = NonNullable<Point['session']>

export async function happyRun(session: Session, open: Open = openReal): Promise<Happy> {
  const setting = await open(session)
  try {
    return await undisturbed(setting, () => setting.run('rotate'))
  } finally {
    await setting.close()
  }
}

export async function undisturbed({sandbox, synced}: Pick<Setting, 'sandbox' | 'synced'>, rotate: () => Promise<{exit: unknown; told: string}>): Promise<Happy> {
  let beforePivot = {requests: 0, writes: 0}
  const watch = sandbox.faults.armRaw(({method, n}) => {
    if (method === 'DELETE') beforePivot = {requests: n, writes: synced().length}
    return undefined
  })
  const {exit, told} = await rotate()
  watch.disarm()
  if (exit !== 0 || beforePivot.requests === 0) throw new Error(`the rotation that nothing disturbs fails:\n${told}`)
  return {beforePivot, requests: sandbox.log.map(entry => useOf(entry)), writes: [...synced()]}
}

const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

/** The death of one process of a rotation at what is the `request`th one of an undisturbed one, by its use. */
export function deathAt({requests}: Pick<Happy, 'requests'>, request: number, when: 'after' | 'before'): Death {
  const use = requests[request - 1] ?? ''
  return {nth: requests.slice(0, request).filter(each => each === use).length, use, when}
}

/** By the use of each, which does not depend on how often a release or a dyno has to be asked for. */
export function atRequests(happy: Happy, way: Way, session: Session = 'login'): Point[] {
  const last = way === 'resume' ? happy.requests.length : happy.beforePivot.requests
  return upTo(last).flatMap(request => (['before', 'after'] as const).map(when => ({deaths: [deathAt(happy, request, when)], session, way})))
}

/** The same, where not the process dies but its machine. */
export function powerFailing(points: readonly Point[]): Point[] {
  return points.map(({deaths, ...rest}) => ({...rest, deaths: deaths.map(death => ('use' in death ? {...death, powerFails: true} : death))}))
}

export function atWrites({beforePivot, writes}: Happy, way: Way, hows: readonly ('kept' | 'lost' | 'torn')[], session: Session = 'login'): Point[] {
  const last = way === 'resume' ? writes.length : beforePivot.writes
  return upTo(last).flatMap(write => hows.map(how => ({deaths: [{how, write}], session, way})))
}

/** The first death anywhere, the second one in what goes on after it. */
export function pairs({beforePivot, requests}: Happy, way: Way, count: number, seed: string): Point[] {
  const random = seededRandom(seed)
  const between = (low: number, high: number) => low + Math.floor(random.number() * (high - low + 1))
  const when = () => (random.number() < 0.5 ? 'before' : 'after')
  const made = 1 + requests.findIndex(request => request.startsWith('POST'))
  const last = way === 'resume' ? requests.length : beforePivot.requests
  return upTo(count).map(() => {
    const request = between(made, last)
    // Whatever is left to do: the earlier a rollback comes, and the later a resume, the less it is.
    const left = way === 'resume' ? last - request : request - made
    const second: Death = random.number() < 0.5 ? {request: between(1, 2 + Math.ceil(left / 2)), when: when()} : {how: 'lost', write: between(1, 4 + Math.ceil(left / 2))}
    return {deaths: [{request, when: when()}, second], way}
  })
}

export function tell({deaths, session = 'login', way}: Point, {requests, writes}: Happy): string {
  const places = deaths.map((death, index) => {
    const isFirst = index === 0
    if ('use' in death) return `${death.powerFails ? 'by a power failure ' : ''}${death.when} ${death.use} (use ${death.nth})`
    if ('request' in death) return `${death.when} request ${death.request}${isFirst ? ` (${requests[death.request - 1]})` : ''}`
    return `at fsync ${death.write}, ${death.how}${isFirst ? ` (${writes[death.write - 1]?.replace(/.*authorizations-rotate\//, '')})` : ''}`
  })
  return `killed ${places.join(`, then in ${way} `)}, then ${way}${session === 'outgoing' ? ', as the old token' : ''}`
}
