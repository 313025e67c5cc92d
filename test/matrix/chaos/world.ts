import type {Held, Scenario, SessionKind} from './scenario.js'

import {type AppSpec, createSandbox, type Sandbox, tokenOf, type VirtualClock, virtualClock} from '../../sandbox/sandbox.js'
import {credential} from '../scene.js'

const OTHER = 'another-token'
const SECOND = 'second operator'

export type Platform = {clock: VirtualClock; sandbox: Sandbox}

export function openWorld({apps, latencyMs, seed, sharedPrefix, switches}: Scenario): Platform {
  const clock = virtualClock()
  const sandbox = createSandbox({
    apps: apps.map((app): AppSpec => ({
      config: Object.fromEntries(Object.entries(app.holds).flatMap(([key, held]) => {
        const value = {nothing: null, other: tokenOf(OTHER), outgoing: tokenOf(credential), text: 'no-token-at-all'}[held]
        return value === null ? [] : [[key, value]]
      })),
      crashed: ['worker'],
      crashes: app.breaks === 'crashes',
      dynos: {web: app.dynos, ...(app.crashed ? {worker: 1} : {})},
      name: app.name,
      oneOff: app.oneOffs.map(endsAfterMs => ({command: 'rake work', endsAfterMs})),
      preboot: app.preboot,
      releasePhase: app.breaks === 'release-phase' ? 'fails' : 'succeeds',
      restartMs: app.restartMs,
      sigtermMs: app.sigtermMs,
      ...(app.releasePhaseMs === null ? {} : {releasePhaseMs: app.releasePhaseMs}),
    })),
    authorizations: [
      {ageDays: 300, description: OTHER},
      {ageDays: 10, description: SECOND},
      {description: credential},
    ],
    clock,
    latencyMs,
    seed,
    sharedPrefix,
    switches,
  })
  for (const {holds, name} of apps) {
    for (const [key, held] of Object.entries(holds)) if (held !== 'text') sandbox.world.watch(name, key)
  }

  return {clock, sandbox}
}

/** A value somebody puts into a config var; null takes it away. */
export function valueOf({world}: Sandbox, held: Held): null | string {
  if (held === 'nothing') return null
  if (held === 'text') return 'set-by-hand'
  return world.authorization(held === 'other' ? OTHER : credential)?.token ?? null
}

export function sessionOf({sessionToken, world}: Sandbox, kind: SessionKind, outgoing: string): string {
  if (kind === 'login') return sessionToken
  return kind === 'outgoing' ? outgoing : (world.authorization(SECOND)?.token ?? sessionToken)
}
