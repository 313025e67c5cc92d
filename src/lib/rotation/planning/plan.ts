import * as z from 'zod'
import {announcementSchema} from '../../audit/announcement.js'
import {addressSchema, consumer} from '../../consumers/registry.js'
import {isRotationId} from '../../credentials/description.js'
import {probe, probeSchema} from '../../probes/registry.js'

const scope = z.array(z.string())

/** Apps that are read as the incoming token before any app gets it. */
export const TRIED = 10

export const plannedConsumerSchema = z.strictObject({
  address: addressSchema,
  /** Null where nothing restarts, or the dynos were not counted. */
  dynos: z.number().int().nullable(),
  id: z.string(),
  keys: z.array(z.string()),
  kind: z.string(),
  /** Reason why a rollback cannot write the old values; null when it can. */
  notRestorable: z.string().nullable(),
  holds: z.record(z.string(), z.enum(['nothing', 'other', 'outgoing', 'unknown'])),
  /** The store is the record of the secret, so it is written and read back before any consumer. */
  role: z.enum(['consumer', 'store']),
  wave: z.number().int().min(0),
}).refine(({address, id, keys, kind}) => {
  // Only the address is written to, and people see the rest: somebody may have written a journal in which they differ.
  const at = consumer(address)
  return id === at.id && kind === at.kind && keys.length === at.keys.length && at.keys.every((key, index) => key === keys[index])
})
export type PlannedConsumer = z.output<typeof plannedConsumerSchema>

/** Facts of the apps before the rotation, by their names. */
export const appsSchema = z.record(z.string(), z.strictObject({
  /** Somebody may rename the app, and give its name to another one. Null where nothing has shown it. */
  id: z.string().nullable(),
  /** Dynos that were not up. */
  unwell: z.array(z.strictObject({name: z.string(), state: z.string(), type: z.string()})),
}))

export const discoverySchema = z.strictObject({
  /** Places that may keep the outgoing token. */
  allowed: z.array(z.string()),
  apps: z.number().int(),
  pipelines: z.number().int(),
  status: z.enum(['scanned', 'skipped']),
  /** Places that stay unread; a person has allowed those without `include`. No `keys` means the whole place. */
  unreadable: z.array(z.strictObject({include: z.string().optional(), keys: z.array(z.string()).readonly(), name: z.string(), why: z.string()})),
})
export type Discovery = z.output<typeof discoverySchema>

/** A plan holds no secret: the journal keeps it, and `--dry-run` prints it. */
export const planSchema = z.strictObject({
  account: z.strictObject({email: z.string(), id: z.string()}),
  actor: z.string(),
  /** Missing in plans of versions that did not look. */
  apps: appsSchema.optional(),
  announce: announcementSchema,
  concurrency: z.number().int(),
  /** An estimate of the rotation's calls, and the calls that the account had left; `left` is null where Heroku does not tell. */
  calls: z.strictObject({left: z.number().int().nullable(), planned: z.number().int()}).optional(),
  /** Missing in plans of versions that did not look for stragglers. */
  discovery: discoverySchema.optional(),
  consumers: z.array(plannedConsumerSchema),
  /** Seconds to wait after the last restart; null for the grace that Heroku gives each app. */
  drain: z.number().nullable(),
  /** Seconds to wait for processes that nobody stops, such as one-off dynos. */
  drainTimeout: z.number(),
  ignoreOneOff: z.boolean(),
  /** Files that the programs name, and why a change of one is not noticed; missing where there are no programs. */
  files: z.array(z.strictObject({path: z.string(), why: z.string().nullable()})).optional(),
  /** The outgoing authorization keeps its ID and gets another token; consumers fail until they are written. */
  inPlace: z.boolean().default(false),
  incoming: z.strictObject({description: z.string(), expiresIn: z.number().int().nullable(), scope}),
  name: z.string(),
  /** Consumers that may keep what they hold where they cannot be reached, as a person says. */
  mayKeep: z.array(z.string()).optional(),
  /** Consumers, or keys of them (`PLACE:KEY`), in which what somebody else has set since is written over. */
  overwrite: z.array(z.string()).optional(),
  outgoing: z.strictObject({
    description: z.string(),
    expiresIn: z.number().int().nullable(),
    /** Null where neither a consumer nor the session told the token; its end is then proved by its ID. */
    fingerprint: z.string().nullable(),
    id: z.string(),
    scope,
  }),
  /** A probe of a wave gates the next wave; a probe without a wave is asked in verify. */
  probes: z.array(z.strictObject({address: probeSchema, id: z.string(), wave: z.number().int().min(0).nullable()}).refine(({address, id}) => id === probe(address).id)),
  /** Digests of the programs as they were; missing where there are none. */
  programs: z.array(z.string()).optional(),
  remarks: z.array(z.string()).default([]),
  rotation: z.string().refine(isRotationId),
  /** The command runs as the outgoing token, so the incoming token has to revoke it. */
  sessionIsOutgoing: z.boolean(),
  /** Seconds that an app may take to release and restart. */
  timeout: z.number(),
  warnings: z.array(z.string()),
})
export type Plan = z.output<typeof planSchema>

export const idsOf = ({apps = {}}: Pick<Plan, 'apps'>): ReadonlyMap<string, string> =>
  new Map(Object.entries(apps).flatMap(([name, {id}]): [string, string][] => (id === null ? [] : [[name, id]])))

export const wavesOf = (plan: Pick<Plan, 'consumers'>): number[] => [...new Set(plan.consumers.filter(({role}) => role === 'consumer').map(({wave}) => wave))].sort((a, b) => a - b)

export function withConsumers(plan: Plan, added: readonly PlannedConsumer[], apps: Plan['apps'] = {}): Plan {
  const ids = new Set(added.map(({id}) => id))
  return {...plan, apps: {...apps, ...plan.apps}, consumers: [...plan.consumers.filter(({id}) => !ids.has(id)), ...added]}
}
