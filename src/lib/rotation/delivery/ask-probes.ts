import type {ProbeAccess} from '../../probes/probe.js'
import type {Rotation} from '../rotation.js'
import {type BoundProbe, probe} from '../../probes/registry.js'
import {toRotationError} from '../report/explain.js'

/** Null asks the probes that belong to no wave. */
export async function askProbes(rotation: Rotation, wave: null | number): Promise<number> {
  const planned = rotation.plan.probes.filter(one => one.wave === wave)
  for (const {address} of planned) {
    const bound = probe(address)
    rotation.context.signal.throwIfAborted()
    await ask(rotation, bound)
  }

  return planned.length
}

function probeAccess({context: {clock, outside, report, signal}}: Rotation, id: string): ProbeAccess {
  return {...outside, clock, progress: detail => report({detail, id, isProbe: true, state: 'active', type: 'consumer'}), signal}
}

async function ask(rotation: Rotation, bound: BoundProbe): Promise<void> {
  const {report, signal} = rotation.context
  const {id} = bound
  report({detail: 'asking', id, isProbe: true, state: 'active', type: 'consumer'})
  try {
    const evidence = await bound.run(probeAccess(rotation, id))
    await rotation.record({evidence, id, type: 'probe'})
    report({detail: evidence, id, isProbe: true, state: 'done', type: 'consumer'})
  } catch (error) {
    if (!signal.aborted) report({detail: toRotationError(error).happened, id, isProbe: true, state: 'failed', type: 'consumer'})
    throw error
  }
}
