import type {Bound, Rotation} from '../rotation.js'
import {count} from '../../text/count.js'
import {askProbes} from '../delivery/ask-probes.js'
import {readBack} from '../delivery/read-back.js'
import {allEnded} from '../engine/step.js'
import {refuseStrayKeys} from '../guards/last-look.js'

/** Reads back every consumer whose value the answer to the write has not shown already, then asks the probes. */
export async function verify(rotation: Rotation): Promise<string> {
  await readBack(rotation, rotation.everyone)
  await refuseStrayKeys(rotation, rotation.reads)
  // An app may have been found to be gone.
  const {context, everyone} = rotation
  const isReadable = ({planned: {holds}}: Bound) => !Object.values(holds).includes('unknown')
  await allEnded(everyone.map(async bound => {
    const {id} = bound.planned
    await rotation.record({id, release: null, stamp: null, status: 'verified', type: 'consumer', wrote: false})
    context.report({detail: isReadable(bound) ? 'read back' : 'updated; it cannot be read, and nobody has changed it since', id, state: 'done', type: 'consumer'})
  }))
  const readable = everyone.filter(one => isReadable(one)).length
  const asked = await askProbes(rotation, null)
  const hidden = everyone.length - readable
  return `${readable} read back${hidden === 0 ? '' : `, ${hidden} that cannot be read`}${asked === 0 ? '' : `, ${count(asked, 'probe')} passed`}`
}
