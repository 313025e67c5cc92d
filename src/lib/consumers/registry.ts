import {z} from 'zod'
import type {Access, Adapter, Evidence, Since, Values, Where} from './adapter.js'
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

/** An adapter at its address. */
export type Consumer = ReturnType<ReturnType<typeof bind>['consumer']>

export const consumerKinds: ReadonlyMap<string, z.ZodType> = new Map(adapters.map(({address, kind}) => [kind, address]))

const known = new WeakMap<Address, Consumer>()

/** Each phase asks for the consumers of hundreds of addresses, so that one is made once. */
export function consumer(address: Address): Consumer {
  const adapter = adapters.find(({kind}) => kind === address.kind)
  if (!adapter) throw new TypeError(`no adapter for ${address.kind}`)
  const made = known.get(address) ?? adapter.consumer(address)
  known.set(address, made)
  return made
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
    consumer(address: unknown) {
      const at = adapter.address.parse(address)
      return {
        apps: releases ? [releases.app(at)] : [],
        asSession: adapter.asSession(at),
        beside: (access: Access) => adapter.beside(at, access),
        catchUp: async (access: Access) => (await releases?.catchUp(at, access)) ?? null,
        id: adapter.id(at),
        inspect: (access: Access) => adapter.inspect(at, access),
        keys: adapter.keys(at),
        kind: adapter.kind,
        label: adapter.label(at),
        near: adapter.near(at),
        place: adapter.place(at),
        reach: adapter.reach(at),
        read: (access: Access) => adapter.read(at, access),
        settle: async (evidence: Evidence, access: Access) => (await releases?.settle(at, evidence, access)) ?? null,
        stamp: (access: Access) => adapter.stamp(at, access),
        stillRunning: (since: Since, access: Access) => adapter.stillRunning(at, since, access),
        unchanged: async (since: Since, access: Access) => (await releases?.unchanged(at, since, access)) ?? false,
        write: (values: Values, access: Access) => adapter.write(at, values, access),
      }
    },
    join: (one: unknown, other: unknown): unknown => releases?.join(adapter.address.parse(one), adapter.address.parse(other)),
    kind: adapter.kind,
    locate: (address: unknown, where: Where): unknown => adapter.locate(adapter.address.parse(address), where),
  }
}
