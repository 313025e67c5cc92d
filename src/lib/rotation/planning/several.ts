import type {Context} from '../../context.js'
import type {Plan} from './plan.js'

import {consumer} from '../../consumers/registry.js'
import {RotationError} from '../../errors.js'
import {toRotationError} from '../report/explain.js'
import {countCalls} from './call-estimate.js'
import {makePlan, type Planned, type Request} from './make-plan.js'
import {alignWaves, refuseSameKeys} from './shared-consumers.js'
import {SharedReads} from './shared-reads.js'

type PlanOne = (request: Request, reads: SharedReads) => Promise<Planned>

/** Plans of several rotations that are run together, from one look at the world. One that is refused refuses all. */
export async function makePlans(context: Context, requests: readonly Request[], planOne: PlanOne = (request, reads) => makePlan(context, request, reads)): Promise<Planned[]> {
  const named = requests.map(({consumers, outgoing}) => ({consumers: consumers.map(({address}) => consumer(address)), name: outgoing.description ?? ''}))
  refuseSameKeys(named)
  const reads = new SharedReads(context, named.flatMap(({consumers}) => consumers.flatMap(({apps}) => apps)))
  const planned: Planned[] = []
  // In their order, because one may have to ask the person; the first one reads for all.
  for (const request of requests) planned.push(await naming(request, () => planOne(request, reads)))
  // Who was found and not named may be what another one names.
  refuseSameKeys(planned.map(({plan}) => plan))
  const plans = alignWaves(planned.map(({plan}) => plan))
  return planned.map((one, index) => ({...one, plan: withoutScan(plans[index] ?? one.plan, index)}))
}

/** The look for stragglers is made once for all of them, and for the one that comes last because it is the session. */
function withoutScan(plan: Plan, index: number): Plan {
  const {calls, consumers, drain, sessionIsOutgoing} = plan
  if (!calls || index === 0 || sessionIsOutgoing) return plan
  return {...plan, calls: {...calls, planned: countCalls({consumers, drain})}}
}

async function naming<T>({outgoing}: Request, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const {code, exit, happened, next, now} = toRotationError(error)
    if (exit === 'interrupted') throw error
    throw new RotationError(code, `${outgoing.description}: ${happened}`, {exit, next, ...(now === undefined ? {} : {now})})
  }
}
