import type {Plan, PlannedConsumer} from '../planning/plan.js'
import {consumer} from '../../consumers/registry.js'
import {probe} from '../../probes/registry.js'
import {isPlain} from '../../system/reach.js'

/**
 * The plan of a journal that somebody else may have written. No program, address or file of it is used: people do by hand
 * what stands there, and nobody is told of the end.
 */
export function disarmed(plan: Plan): Plan {
  return {
    ...plan,
    announce: {audit: [], notify: []},
    consumers: plan.consumers.map(planned => (consumer(planned.address).reach.every(one => isPlain(one)) ? planned : byHand(planned))),
    probes: plan.probes.filter(({address}) => probe(address).reach.every(one => isPlain(one))),
  }
}

function byHand(planned: PlannedConsumer): PlannedConsumer {
  const instructions = `Put the new token into ${planned.id} by hand: heroku authorizations:rotate:token --rotation ID prints it into a pipe.`
  return {...planned, address: {instructions, kind: 'manual', name: planned.id.replaceAll(/[^\w.-]+/g, '-')}, notRestorable: 'by hand'}
}
