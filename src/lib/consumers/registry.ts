import * as z from 'zod'
import type {Where} from '../system/paths.js'
import type {Access, Adapter, Evidence, Since, Values} from './adapter.js'
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

/** Waves from 1 on follow the canary. */
export const DEFAULT_WAVE = 1
export const placed = (address: Address, wave = DEFAULT_WAVE): Placed => ({address, role: 'consumer', wave})

/** An adapter at its address. */
export type Consumer = ReturnType<ReturnType<typeof bind>['consumer']>

export const consumerKinds: ReadonlyMap<string, z.ZodType> = new Map(adapters.map(({address, kind}) => [kind, address]))

function adapterOf(address: Address) {
  const adapter = adapters.find(({kind}) => kind === address.kind)
  if (!adapter) throw new TypeError(`no adapter for ${address.kind}`)
  return adapter
}

const known = new WeakMap<Address, Consumer>()

/** Each phase asks for the consumers of hundreds of addresses, so that one is made once. */
export function consumer(address: Address): Consumer {
  const made = known.get(address) ?? adapterOf(address).consumer(address)
  known.set(address, made)
  return made
}

/** The address of a place of a scan: `app` is null for the stage of a pipeline, whose name is `PIPELINE/STAGE`. */
export function addressAt({app, name}: {app: null | string; name: string}): Address {
  if (app !== null) return addressSchema.parse({app, kind: 'heroku-config'})
  const at = name.lastIndexOf('/')
  return addressSchema.parse({kind: 'pipeline-config', pipeline: name.slice(0, at), stage: name.slice(at + 1)})
}

/** A place that is a consumer already gets more keys: two entries would be two writes. */
export function withKeys(address: Address, more: readonly string[]): Address {
  const {keys} = consumer(address)
  return more.every(key => keys.includes(key)) ? address : addressSchema.parse({...address, keys: [...new Set([...keys, ...more])]})
}

export function locate(address: Address, where: Where): Address {
  return addressSchema.parse(adapterOf(address).locate(address, where))
}

function bind<A>(adapter: Adapter<A>) {
  return {
    address: adapter.address,
    consumer(address: unknown) {
      const at = adapter.address.parse(address)
      return {
        apps: adapter.apps(at),
        asSession: adapter.asSession(at),
        catchUp: (access: Access) => adapter.catchUp(at, access),
        id: adapter.id(at),
        inspect: (access: Access) => adapter.inspect(at, access),
        keys: adapter.keys(at),
        kind: adapter.kind,
        label: adapter.label(at),
        near: adapter.near(at),
        place: adapter.place(at),
        reach: adapter.reach(at),
        read: (access: Access) => adapter.read(at, access),
        settle: (evidence: Evidence, access: Access) => adapter.settle(at, evidence, access),
        stamp: (access: Access) => adapter.stamp(at, access),
        stillRunning: (since: Since, access: Access) => adapter.stillRunning(at, since, access),
        unchanged: (since: Since, access: Access) => adapter.unchanged(at, since, access),
        write: (values: Values, access: Access) => adapter.write(at, values, access),
      }
    },
    kind: adapter.kind,
    locate: (address: unknown, where: Where): unknown => adapter.locate(adapter.address.parse(address), where),
  }
}
