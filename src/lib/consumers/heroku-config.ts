import * as z from 'zod'
import type {Dyno} from '../heroku/schemas.js'
import {heroku, RotationError, toResume} from '../errors.js'
import {isPlatformError, isUnapplied} from '../heroku/platform-error.js'
import {poll} from '../heroku/poll.js'
import {type Access, CLOCKS_DIFFER_MS, defineAdapter, evidence, orLeftAsIs, type Settled, type StillRunning, type Values} from './adapter.js'
import {configVarFields, placeName, searched, valuesOf} from './by-value/config-vars.js'
import {changes} from './by-value/held.js'
import {dynosRun, toldOfUnwell, unwellAmong} from './heroku-config/health.js'
import {LogWatch} from './heroku-config/log-watch.js'
import {isFormation, ownDyno, toldOfOwnDyno} from './heroku-config/own-dyno.js'

/** Heroku kills a dyno that has not ended 30 seconds after SIGTERM. */
const SIGTERM_SECONDS = 30
/** With preboot old dynos serve on for about three minutes, absent from every list; SIGTERM comes after that. */
const PREBOOT_SECONDS = 180 + SIGTERM_SECONDS
/** Counting costs a call for each app: above this many apps the plan does not say how many dynos restart. */
const COUNTED = 100

const addressSchema = z.strictObject({app: placeName, kind: z.literal('heroku-config'), ...configVarFields})
type Address = z.output<typeof addressSchema>

const idOf = ({app}: Address) => `heroku-config:${app}`

/** Writes all keys of an app in one PATCH: one release and one restart. */
export const herokuConfig = defineAdapter<Address>({
  address: addressSchema,
  apps: ({app}) => [app],
  // While a release phase runs, reads give the old values.
  async catchUp({app}, access) {
    const [latest] = await access.api.newestReleases(app, 1)
    if (latest?.status === 'pending') {
      access.progress(`waiting for release v${latest.version}, which was running already`)
      await releaseEnds(app, latest.version, access)
    }

    return latest?.version ?? null
  },
  id: idOf,
  async inspect(at, access) {
    const isCounted = (access.parallelism ?? 1) <= COUNTED
    const [vars, dynos] = await Promise.all([access.api.configVars(at.app), isCounted ? access.api.dynos(at.app) : null])
    const unwell = unwellAmong(dynos ?? [])
    const appId = dynos?.find(({app}) => app)?.app?.id
    const told = toldOfOwnDyno(at.app, dynos ?? [], access)
    return {
      ...(appId === undefined ? {} : {appId}),
      dynos: dynos?.filter(dyno => isFormation(dyno)).length ?? null,
      ...searched({...at, id: idOf(at), name: at.app}, vars),
      ...told,
      remarks: [...told.remarks, ...toldOfUnwell(unwell)],
      ...(unwell.length > 0 ? {unwell} : {}),
    }
  },
  keys: ({keys = []}) => keys,
  kind: 'heroku-config',
  label: ({app}) => app,
  place: ({app}) => app,
  async stillRunning({app}, {release}, access) {
    const [dynos, grace] = await Promise.all([access.api.dynos(app), graceOf(app, access)])
    return stillRunningIn(app, {dynos, grace, release}, access)
  },
  async read({app, keys}, {api}) {
    return valuesOf(await api.configVars(app), keys)
  },
  async settle({app}, {pending, release, setAt, shownAt = null, watch}, access) {
    // Asked during the wait; where this fails, drain asks again.
    const asked = watch ? null : graceOf(app, access).catch(() => null)
    const settled = async ({dynos, unwell}: {dynos: readonly Dyno[]; unwell: null | string}, version: number): Promise<Settled> => {
      // Where the end of the old dynos is seen, nobody needs to know how long they might have run.
      const isSeen = watch?.restarted(dynos, version) ?? false
      const grace = watch && isSeen ? {grace: SIGTERM_SECONDS, watch} : await (asked ?? graceOf(app, access).catch(() => null))
      return {stillRunning: grace && stillRunningIn(app, {dynos, grace, release: version}, access), release: version, unwell}
    }

    const started = shownAt === null || access.skipsHealth ? null : await startedSince(app, shownAt, {...access, since: setAt})
    if (started) return settled({dynos: started.dynos, unwell: null}, started.release)
    const [newest] = release === null ? await access.api.newestReleases(app, 1) : []
    const version = release ?? newest?.version
    if (version === undefined) return null
    const isPending = newest ? newest.status !== 'succeeded' : pending
    if (isPending) await releaseSucceeds(app, version, access)
    return settled(await dynosRun(app, version, isPending ? access : {...access, since: setAt}), version)
  },
  /** Reads two releases: when the one before ours is older than our write, nobody can have released between the two. */
  async unchanged({app}, {at, release}, {api}) {
    const [newest, before] = await api.newestReleases(app, 2)
    if (newest?.version !== release || newest.status !== 'succeeded' || Date.parse(newest.created_at) < at) return false
    return before === undefined || Date.parse(before.created_at) < at - CLOCKS_DIFFER_MS
  },
  async write(at, values, access) {
    const {api} = access
    const held = await orLeftAsIs(access, async () => {
      if (access.resumed) await this.catchUp(at, access)
      return this.read(at, access)
    })
    const wanted = changes(held, values, access)
    if (!wanted) {
      // A release that failed after ours left ours current.
      const release = (await api.newestReleases(at.app, 20)).find(({status}) => status !== 'failed' && status !== 'expired')
      return {...evidence(false), madeAt: release ? Date.parse(release.created_at) : null, release: release?.version ?? null}
    }

    const watch = await orLeftAsIs(access, () => LogWatch.open(at.app, access))
    const shownAt = await set(at.app, wanted, access)
    const setAt = access.clock.now()
    access.isSet?.()
    // The dynos show which release the write became, so no call asks for it.
    if ((access.savesCalls || !access.over) && shownAt !== null && access.dynos !== 0) return {pending: false, release: null, setAt, shownAt, stamp: null, wrote: true}
    const [made, before] = await api.newestReleases(at.app, watch ? 2 : 1)
    const isWatched = watch?.released(made, before) ?? false
    return {pending: made?.status !== 'succeeded', release: made?.version ?? null, setAt, stamp: null, ...(watch && isWatched ? {watch} : {}), wrote: true}
  },
})

async function graceOf(app: string, {api, graceGiven = false, savesCalls = false}: Access): Promise<Pick<StillRunning, 'grace' | 'isAssumed'>> {
  if (graceGiven) return {grace: 0}
  // Among many apps a wait for the longest possible grace costs less than a call for each app.
  if (savesCalls) return {grace: PREBOOT_SECONDS, isAssumed: true}
  return {grace: (await api.hasPreboot(app)) ? PREBOOT_SECONDS : SIGTERM_SECONDS}
}

type Running = {dynos: readonly Dyno[]; grace: Pick<StillRunning, 'grace' | 'isAssumed' | 'watch'>; release: null | number}

function stillRunningIn(app: string, {dynos, grace, release}: Running, access: Access): StillRunning {
  // The dyno of this command ends with this command.
  const own = ownDyno(app, access)
  const old = dynos.filter(dyno => !isFormation(dyno) && dyno.name !== own && release !== null && dyno.release.version < release)
  return {
    ...grace,
    look: [heroku('ps', '--app', app), {...heroku('ps:stop', 'NAME', '--app', app), note: 'If nobody needs the dyno'}],
    running: old.map(({command, name}) => `${name} of ${app}${command ? ` (${command})` : ''}`),
  }
}

async function set(app: string, values: Values, access: Access): Promise<null | number> {
  try {
    return await orLeftAsIs(access, () => access.api.setConfigVars(app, values), isUnapplied)
  } catch (error) {
    if (!isPlatformError(error, 403) || error.id === 'two_factor') throw error
    throw new RotationError('ROTATE_FORBIDDEN', `${app}: you may not change its config vars.`, {next: heroku('access', '--app', app)})
  }
}

async function releaseEnds(app: string, version: number, access: Access) {
  const release = await poll(access, async () => {
    const current = await access.api.release(app, version)
    if (current.status !== 'pending') return current
    access.progress(`release v${version} pending`)
    return undefined
  })
  if (release === null) {
    throw new RotationError('ROTATE_RELEASE_TIMEOUT', `${app}: release v${version} was still pending after ${access.timeoutMs / 1000} seconds.`, {
      next: [heroku('releases:output', `v${version}`, '--app', app), toResume()],
    })
  }

  return release
}

async function releaseSucceeds(app: string, version: number, access: Access): Promise<void> {
  const release = await releaseEnds(app, version, access)
  if (release.status === 'failed' || release.status === 'expired') {
    throw new RotationError('ROTATE_RELEASE_FAILED', `${app}: release v${version} ${release.status === 'failed' ? 'failed' : 'expired'}.`, {
      next: heroku('releases:output', `v${version}`, '--app', app),
    })
  }
}

/** Dynos that started after the values were set have the values, whichever release they run. Null where the dynos do not tell. */
async function startedSince(app: string, shownAt: number, access: Access & {since: number | undefined}): Promise<null | {dynos: Dyno[]; release: number}> {
  return poll({...access, isRestart: true}, async () => {
    const dynos = await access.api.dynos(app)
    const formation = dynos.filter(dyno => isFormation(dyno))
    const [release, ...others] = new Set(formation.map(dyno => dyno.release.version))
    const isNew = formation.every(({created_at: at}) => Date.parse(at) >= shownAt)
    if (release === undefined || others.length > 0 || !isNew) return null
    if (formation.every(({state}) => state === 'up')) return {dynos, release}
    if (!formation.every(({state}) => state === 'starting' || state === 'up')) return null
    access.progress(`v${release}, ${formation.filter(({state}) => state === 'up').length} of ${formation.length} dynos up`)
    return undefined
  })
}
