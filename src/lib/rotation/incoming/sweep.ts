import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'
import {parseDescription} from '../../credentials/description.js'
import {refuseHeld} from '../guards/refuse-rollback.js'

/** A lost create may still be carried out this long after it was sent. */
const SWEEP_LAG_MS = 15_000

/** Revokes every authorization that carries the mark of this rotation, but the one to keep. */
export async function sweep(rotation: Rotation, keep: null | string): Promise<Authorization[]> {
  const strays = (await rotation.api.authorizations()).filter(({description, id}) => id !== keep && parseDescription(description).mark === rotation.id)
  for (const stray of strays) await revokeStray(rotation, stray)
  return strays
}

export async function revokeStray(rotation: Rotation, stray: Authorization): Promise<void> {
  await refuseHeld(rotation, stray)
  await rotation.api.revokeAuthorization(stray.id)
}

/** Sweeps late enough to see the authorization of a create whose answer was lost; `isUnknown` says that its loss may not be in the journal. */
export async function sweepLate(rotation: Rotation, keep: null | string, isUnknown = false): Promise<Authorization[]> {
  const {context: {clock, report, signal}, state: {lostAt}} = rotation
  const passed = lostAt ? rotation.passedSince(lostAt) : Infinity
  const wait = isUnknown ? SWEEP_LAG_MS : SWEEP_LAG_MS - passed
  if (wait > 0) {
    report({text: 'waiting: Heroku may still carry out the call that it did not answer', type: 'wait', until: clock.now() + wait})
    await clock.sleep(wait, signal)
  }

  return sweep(rotation, keep)
}
