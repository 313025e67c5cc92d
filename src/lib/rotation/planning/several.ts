import type {Context} from '../../context.js'
import type {Plan} from './plan.js'
import {consumer} from '../../consumers/registry.js'
import {RotationError, textOf, todo} from '../../errors.js'
import {typed} from '../../text/shell-quote.js'
import {toRotationError} from '../report/explain.js'
import {countCalls} from './estimate.js'
import {makePlan, type Planned, type Request} from './make-plan.js'
import {alignWaves, refuseSameKeys} from './shared-consumers.js'
import {SharedReads} from './shared-reads.js'

type PlanOne = (request: Request, reads: SharedReads) => Promise<Planned>

/** Plans rotations that run together, from one read of everything; one refusal refuses all of them. */
export async function makePlans(
  context: Context,
  requests: readonly Request[],
  planOne: PlanOne = (request, reads) => makePlan(context, request, reads),
  reads = new SharedReads(context),
): Promise<Planned[]> {
  const named = requests.map(({consumers, outgoing}) => ({consumers: consumers.map(({address}) => consumer(address)), name: outgoing.description ?? outgoing.id ?? ''}))
  refuseSameKeys(named)
  reads.naming(named.flatMap(({consumers}) => consumers.flatMap(({apps}) => apps)))
  const planned: Planned[] = []
  // One after the other, because a plan may have to ask the person; the first plan reads for all.
  for (const request of requests) planned.push(await (requests.length === 1 ? planOne(request, reads) : naming(request, () => planOne(request, reads))))
  // A consumer that one plan found may be named in another.
  refuseSameKeys(planned.map(({plan}) => plan))
  const plans = alignWaves(planned.map(({plan}) => plan))
  return planned.map((one, index) => ({...one, plan: withoutScan(plans[index] ?? one.plan, index)}))
}

/** The last scan is made once for all rotations, and once more for the rotation of the session, which revokes last. */
function withoutScan(plan: Plan, index: number): Plan {
  const {calls, consumers, drain, inPlace, sessionIsOutgoing} = plan
  if (!calls || index === 0 || sessionIsOutgoing) return plan
  return {...plan, calls: {...calls, planned: countCalls({consumers, drain, inPlace})}}
}

/** Tells which of several failed. */
async function naming<T>({outgoing: {description = ''}}: Request, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const {code, exit, happened, now, steps} = toRotationError(error)
    if (exit === 'interrupted') throw error
    // A flag of one rotation cannot be typed for several.
    const next = steps.map(step => ('flag' in step ? todo(`Rotate it alone: ${typed('--description', description)} ${textOf(step)}`) : step))
    throw new RotationError(code, `${description}: ${happened}`, {exit, next, now})
  }
}
