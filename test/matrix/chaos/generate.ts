import type {Action, AppPlan, Death, Fate, Hand, Held, Options, Scenario} from './scenario.js'

import {anySwitches} from './any-switches.js'
import {type Dice, diceOf} from './dice.js'
import {fateKinds, faultKinds} from './scenario.js'

/** A random world and what happens in it; the same for the same seed. */
export function generate(seed: string): Scenario {
  const dice = diceOf(seed)
  const apps = dice.times(dice.number(1, dice.chance(0.2) ? 6 : 3), index => anyApp(dice, index))
  const isCrowded = dice.chance(0.3)
  const machines = dice.number(1, 2)
  const sharedPrefix = dice.chance(0.1)
  const switches = anySwitches(dice)
  return {
    apps,
    latencyMs: dice.any([0, 0, 20, 100, 700]),
    operators: dice.times(isCrowded ? 2 : 1, index => ({
      actions: dice.times(dice.number(1, 4), number => anyAction(dice, apps, {isCrowded, number})),
      machine: index === 0 ? 0 : machines - 1,
    })),
    options: anyOptions(dice),
    seed,
    sharedPrefix,
    switches,
  }
}

function anyApp(dice: Dice, index: number): AppPlan {
  const held = (): Held => dice.any(['outgoing', 'outgoing', 'outgoing', 'outgoing', 'outgoing', 'nothing', 'other', 'text'])
  const releasePhaseMs = dice.chance(0.35) ? dice.any([400, 4000, 45_000]) : null
  return {
    breaks: dice.chance(0.2) ? (releasePhaseMs !== null && dice.chance(0.7) ? 'release-phase' : 'crashes') : 'never',
    dynos: dice.number(0, 2),
    holds: {
      HEROKU_API_KEY: index === 0 ? 'outgoing' : held(),
      ...(dice.chance(0.3) ? {OTHER_KEY: held()} : {}),
    },
    name: `example-app-${index + 1}`,
    oneOffs: dice.chance(0.15) ? [dice.any([5000, 90_000, 500_000])] : [],
    preboot: dice.chance(0.15),
    releasePhaseMs,
    restartMs: dice.any([0, 2000, 2000, 20_000]),
    sigtermMs: dice.any([0, 1000, 12_000, 30_000, 30_000]),
    wave: dice.any([0, 1, 1, 2]),
    crashed: dice.chance(0.15),
  }
}

function anyOptions(dice: Dice): Options {
  return {
    concurrency: dice.any([1, 2, 10, 10]),
    drain: dice.any([null, null, null, 0, 5]),
    drainTimeout: dice.any([60, 600, 600]),
    expiresIn: dice.chance(0.1) ? 2_592_000 : null,
    ignoreOneOff: dice.chance(0.1),
    looksAround: dice.chance(0.25),
    scope: dice.any([null, null, null, null, ['global'], ['read-protected', 'write-protected']]),
    // Drawn last, so that what comes before it is what it was.
    inPlace: dice.chance(0.12),
  }
}

function anyAction(dice: Dice, apps: readonly AppPlan[], {isCrowded, number}: {isCrowded: boolean; number: number}): Action {
  // Most of a rotation of three apps is within its first 60 requests and 50 writes.
  const point = () => (dice.chance(0.5) ? dice.number(1, 20) : dice.number(1, 25 * (1 + apps.length)))
  const death = dice.chance(0.5) ? anyDeath(dice, point) : null
  const isLong = dice.chance(0.15)
  return {
    command: number === 0 ? 'rotate' : dice.any(['resume', 'resume', 'rollback', 'rotate']),
    death,
    faults: dice.chance(0.4)
      ? dice.times(dice.number(1, 3), () => ({at: point(), kind: dice.any(faultKinds), times: isLong ? dice.number(2, 12) : 1}))
      : [],
    full: dice.chance(0.05) ? {times: dice.number(1, 20), write: point()} : null,
    hands: dice.chance(0.08) ? [anyHand(dice, apps, point())] : [],
    interruptAt: dice.chance(0.1) ? point() : null,
    session: dice.any(['login', 'login', 'login', 'login', 'login', 'login', 'login', 'login', 'second', 'outgoing']),
    fates: dice.chance(0.12) ? [anyFate(dice, apps, point())] : [],
    waitMs: dice.any(isCrowded ? [0, 200, 900, 3000, 20_000, 120_000] : [0, 1000, 61_000]),
  }
}

function anyDeath(dice: Dice, point: () => number): Death {
  return dice.chance(0.6)
    ? {request: point(), when: dice.any(['after', 'before'])}
    : {how: dice.any(['after', 'before', 'torn']), write: point()}
}

function anyFate(dice: Dice, apps: readonly AppPlan[], at: number): Fate {
  const [first, ...rest] = apps
  if (!first) throw new Error('a world has an app')
  return {app: dice.any([first, ...rest]).name, at, kind: dice.any(fateKinds)}
}

function anyHand(dice: Dice, apps: readonly AppPlan[], at: number): Hand {
  const [first, ...rest] = apps
  if (!first) throw new Error('a world has an app')
  const {holds, name} = dice.any([first, ...rest])
  const [key = '', ...others] = Object.keys(holds)
  return {app: name, at, key: dice.any([key, ...others]), value: dice.any(['nothing', 'other', 'outgoing', 'text'])}
}
