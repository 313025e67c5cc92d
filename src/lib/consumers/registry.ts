import {z} from 'zod'
import type {Reach} from '../system/reach.js'
import type {Access, Adapter, Beside, Evidence, Holding, Settled, Since, StillRunning, Values, Where} from './adapter.js'
import {command} from './command.js'
import {file} from './file.js'
import {githubSecret} from './github-secret.js'
import {herokuConfig} from './heroku-config.js'
import {infisical} from './infisical.js'
import {manual} from './manual.js'
import {pipelineConfig} from './pipeline-config.js'

/** A new kind is a file beside this one, and its name in this line. */
const adapters = [bind(herokuConfig), bind(pipelineConfig), bind(infisical), bind(githubSecret), bind(file), bind(command), bind(manual)] as const
export const addressSchema = z.union(adapters.map(({address}) => address))

export type Address = z.output<typeof addressSchema>

/** `unasked` says why a consumer must not be asked, written or run. */
export type Placed = {address: Address; role: 'consumer' | 'store'; unasked?: string; wave: number}

export type Consumer = {
  asSession: null | string
  apps: readonly string[]
  beside(access: Access): Promise<Beside | null>
  catchUp(access: Access): Promise<null | number>
  id: string
  inspect(access: Access): Promise<Holding>
  keys: readonly string[]
  kind: string
  label: string
  place: null | string
  reach: readonly Reach[]
  stillRunning(since: Since, access: Access): Promise<StillRunning>
  read(access: Access): Promise<Values>
  settle(evidence: Evidence, access: Access): Promise<null | Settled>
  stamp(access: Access): Promise<null | string>
  unchanged(since: Since, access: Access): Promise<boolean>
  write(values: Values, access: Access): Promise<Evidence>
}

export const consumerKinds: ReadonlyMap<string, z.ZodType> = new Map(adapters.map(({address, kind}) => [kind, address]))

export function consumer(address: Address): Consumer {
  const adapter = adapters.find(({kind}) => kind === address.kind)
  if (!adapter) throw new TypeError(`no adapter for ${address.kind}`)
  return adapter.consumer(address)
}

/** The address of a place of a scan: `app` is null for the stage of a pipeline, whose name is `PIPELINE/STAGE`. */
export function addressAt({app, name}: {app: null | string; name: string}): Address {
  if (app !== null) return addressSchema.parse({app, kind: 'heroku-config'})
  const at = name.lastIndexOf('/')
  return addressSchema.parse({kind: 'pipeline-config', pipeline: name.slice(0, at), stage: name.slice(at + 1)})
}

export function joined([first, ...others]: readonly [Address, ...Address[]]): Consumer {
  const adapter = adapters.find(({kind}) => kind === first.kind)
  let whole = first
  for (const other of others) whole = addressSchema.parse(adapter?.join(whole, other))
  return consumer(whole)
}

export function locate(address: Address, where: Where): Address {
  const adapter = adapters.find(({kind}) => kind === address.kind)
  return addressSchema.parse(adapter ? adapter.locate(address, where) : address)
}

function bind<A>(adapter: Adapter<A>) {
  const {releases} = adapter
  return {
    address: adapter.address,
    consumer(address: unknown): Consumer {
      const at = adapter.address.parse(address)
      return {
        asSession: adapter.asSession(at),
        apps: releases ? [releases.app(at)] : [],
        beside: access => adapter.beside(at, access),
        catchUp: async access => (await releases?.catchUp(at, access)) ?? null,
        id: adapter.id(at),
        inspect: access => adapter.inspect(at, access),
        keys: adapter.keys(at),
        kind: adapter.kind,
        label: adapter.label(at),
        place: adapter.place(at),
        reach: adapter.reach(at),
        stillRunning: (since, access) => adapter.stillRunning(at, since, access),
        read: access => adapter.read(at, access),
        settle: async (evidence, access) => (await releases?.settle(at, evidence, access)) ?? null,
        stamp: access => adapter.stamp(at, access),
        unchanged: async (since, access) => (await releases?.unchanged(at, since, access)) ?? false,
        write: (values, access) => adapter.write(at, values, access),
      }
    },
    join: (one: unknown, other: unknown): unknown => releases?.join(adapter.address.parse(one), adapter.address.parse(other)),
    kind: adapter.kind,
    locate: (address: unknown, where: Where): unknown => adapter.locate(adapter.address.parse(address), where),
  }
}
