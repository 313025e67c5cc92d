import type {PhaseName} from '../../../src/lib/rotation/phases.js'
import type {Rotation} from '../../../src/lib/rotation/rotation.js'
import type {Overrides} from '../../../src/lib/rotation/state/journals.js'
import type {Sandbox} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {begin, carryOut, found, holder, requestOf, scene} from '../../support/rotations.js'
import {APP, type End, type Trouble} from './trouble.js'

type Moment = {after: PhaseName; how: 'resume' | 'rollback'; inPlace?: boolean; looks: boolean}

export type Played = {end: End; /** Of each command that failed. */ failures: RotationError[]; rotation: null | Rotation; sandbox: Sandbox}

/** Runs up to a phase, lets the trouble happen and goes on: first as it is, and then with what a person says. */
export async function play(root: string, trouble: Trouble, {after, how, inPlace = false, looks}: Moment): Promise<Played> {
  const {process, sandbox} = scene(root, [holder(APP, trouble.app), holder('example-console')])
  const looking = {allowed: [], allowedUnread: [], ask: null, given: null, mode: looks ? 'refuse' : 'skip'} as const
  const rotation = await begin(process().context, requestOf([`${APP}@0`, 'example-console@1'], {inPlace, looking}))
  await carryOut(rotation, () => advance(rotation, after))
  trouble.happens?.(sandbox)
  const failures: RotationError[] = []
  const attempt = async (overrides: Overrides): Promise<null | Rotation> => {
    const again = await found(process().context, overrides)
    try {
      return await carryOut(again, how === 'resume' ? goOn : rollBack)
    } catch (error) {
      if (!(error instanceof RotationError)) throw error
      failures.push(error)
      return null
    }
  }

  const alone = await attempt({})
  if (alone) return {end: 'by itself', failures, rotation: alone, sandbox}
  const told = trouble.says && (await attempt(trouble.says))
  return told ? {end: 'by a person', failures, rotation: told, sandbox} : {end: 'not', failures, rotation: null, sandbox}
}
