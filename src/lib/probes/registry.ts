import * as z from 'zod'
import type {Where} from '../system/paths.js'
import type {Probe, ProbeAccess} from './probe.js'
import {commandProbe} from './command.js'
import {githubWorkflow} from './github-workflow.js'
import {httpProbe} from './http.js'

/** A new kind is a file beside this one, and its name in this line. */
const probes = [bind(httpProbe), bind(githubWorkflow), bind(commandProbe)] as const
export const probeSchema = z.union(probes.map(({address}) => address))

export type ProbeAddress = z.output<typeof probeSchema>

export type BoundProbe = ReturnType<ReturnType<typeof bind>['probe']>

export const probeKinds: ReadonlyMap<string, z.ZodType> = new Map(probes.map(({address, kind}) => [kind, address]))

function kindOf(address: ProbeAddress) {
  const one = probes.find(({kind}) => kind === address.kind)
  if (!one) throw new TypeError(`no probe for ${address.kind}`)
  return one
}

export const probe = (address: ProbeAddress): BoundProbe => kindOf(address).probe(address)

export function locateProbe(address: ProbeAddress, where: Where): ProbeAddress {
  return probeSchema.parse(kindOf(address).locate(address, where))
}

function bind<A>(one: Probe<A>) {
  return {
    address: one.address,
    kind: one.kind,
    locate: (address: unknown, where: Where): unknown => one.locate(one.address.parse(address), where),
    probe(address: unknown) {
      const at = one.address.parse(address)
      return {check: (access: ProbeAccess) => one.check(at, access), id: one.id(at), reach: one.reach(at), run: (access: ProbeAccess) => one.run(at, access)}
    },
  }
}
