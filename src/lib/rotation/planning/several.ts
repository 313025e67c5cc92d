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

/** Plans rotations that run together, from one read of everything; one refusal refuses all of them. */
export async function makePlans(context: Context, requests: readonly Request[], planOne: PlanOne = (request, reads) => makePlan(context, request, reads)): Promise<Planned[]> {
  const named = requests.map(({consumers, outgoing}) => ({consumers: consumers.map(({address}) => consumer(address)), name: outgoing.description ?? ''}))
  refuseSameKeys(named)
  const reads = new SharedReads(context, named.flatMap(({consumers}) => consumers.flatMap(({apps}) => apps)))
  const planned: Planned[] = []
  // One after the other, because a plan may have to ask the person; the first plan reads for all.
  for (const request of requests) planned.push(await naming(request, () => planOne(request, reads)))
  // A consumer that one plan found may be named in another.
  refuseSameKeys(planned.map(({plan}) => plan))
  const plans = alignWaves(planned.map(({plan}) => plan))
  return planned.map((one, index) => ({...one, plan: withoutScan(plans[index] ?? one.plan, index)}))
}

/** The last scan is made once for all rotations, and once more for the rotation of the session, which revokes last. */
function withoutScan(plan: Plan, index: number): Plan {
  const {calls, consumers, drain, sessionIsOutgoing} = plan
  if (!calls || index === 0 || sessionIsOutgoing) return plan
  return {...plan, calls: {...calls, planned: countCalls({consumers, drain})}}
}

async function naming<T>({outgoing}: Request, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const {code, exit, happened, now, steps} = toRotationError(error)
    if (exit === 'interrupted') throw error
    throw new RotationError(code, `${outgoing.description}: ${happened}`, {exit, next: steps, now})
  }
}
