import type {Reaches} from '../system/reach.js'
import {type Announcement, reachOf} from '../audit/announcement.js'
import {type Address, consumer} from '../consumers/registry.js'
import {probe, type ProbeAddress} from '../probes/registry.js'

type Reaching = {
  announce: Announcement
  consumers: readonly {address: Address}[]
  probes: readonly {address: ProbeAddress}[]
}

/** Everything that a rotation does besides calling Heroku and writing GitHub secrets, in the order in which it comes. */
export function reachesOf({announce, consumers, probes}: Reaching): Reaches[] {
  const all = [...consumers.map(({address}) => consumer(address)), ...probes.map(({address}) => probe(address))]
  return [...all.flatMap(({id, reach}) => reach.map(one => ({by: id, reach: one}))), ...reachOf(announce)]
}
