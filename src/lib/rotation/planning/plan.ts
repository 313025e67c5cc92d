import {z} from 'zod'

import {announcementSchema} from '../../audit/announcement.js'
import {addressSchema, consumer} from '../../consumers/registry.js'
import {MANY} from '../../heroku/poll.js'
import {probeSchema} from '../../probes/registry.js'

const scope = z.array(z.string())

/** Apps that are read with the incoming token before it is given to any. */
export const TRIED = 10

export const plannedConsumerSchema = z.strictObject({
  address: addressSchema,
  /** Processes that restart when it is written; null where it has none, or they were not counted. */
  dynos: z.number().int().nullable(),
  id: z.string(),
  keys: z.array(z.string()),
  kind: z.string(),
  /** What is in the way of giving back what it held before; null when nothing is. */
  notRestorable: z.string().nullable(),
  /** For each key: whose token it holds. */
  holds: z.record(z.string(), z.enum(['nothing', 'other', 'outgoing', 'unknown'])),
  /** The store is the record of the secret: written and read back before any other. */
  role: z.enum(['consumer', 'store']),
  wave: z.number().int().min(0),
})
export type PlannedConsumer = z.output<typeof plannedConsumerSchema>

/** What a rotation would do. Made once, never changed, and without secrets: `--dry-run` prints it. */
export const planSchema = z.strictObject({
  account: z.strictObject({email: z.string(), id: z.string()}),
  /** Who the audit log names. */
  actor: z.string(),
  announce: announcementSchema,
  /** Apps written at once. */
  concurrency: z.number().int(),
  /** Calls of the Platform API: what the rotation makes, about, and what the account had left for them. */
  calls: z.strictObject({left: z.number().int().nullable(), planned: z.number().int()}).optional(),
  /** Who else was looked for; none in plans of versions that did not look. */
  discovery: z
    .strictObject({
      /** Places that may keep the outgoing token. */
      allowed: z.array(z.string()),
      apps: z.number().int(),
      pipelines: z.number().int(),
      status: z.enum(['scanned', 'skipped']),
      /** What may hold it too, for all that is known; `keys` is empty for all of it. */
      unreadable: z.array(z.strictObject({keys: z.array(z.string()), name: z.string(), why: z.string()})),
    })
    .optional(),
  consumers: z.array(plannedConsumerSchema),
  /** Seconds old dynos may still run after the last restart; null for what Heroku grants each app's. */
  drain: z.number().nullable(),
  /** Seconds to wait for what ends by itself, such as one-off dynos. */
  drainTimeout: z.number(),
  /** One-off dynos that run with the outgoing token do not hold up its revoke. */
  ignoreOneOff: z.boolean(),
  /** The outgoing authorization is given another token: its id stays, and consumers fail until they are written. */
  inPlace: z.boolean().default(false),
  incoming: z.strictObject({description: z.string(), expiresIn: z.number().int().nullable(), scope}),
  name: z.string(),
  outgoing: z.strictObject({
    description: z.string(),
    expiresIn: z.number().int().nullable(),
    /** Of its token, where a consumer or the session told it; null where not, and then its end is proved by its id. */
    fingerprint: z.string().nullable(),
    id: z.string(),
    scope,
  }),
  /** A probe of a wave gates the next one; the others are asked at the end, in verify. */
  probes: z.array(z.strictObject({address: probeSchema, id: z.string(), wave: z.number().int().min(0).nullable()})),
  /** How consumers are written, where that is not plain. */
  remarks: z.array(z.string()).default([]),
  rotation: z.string(),
  /** The command runs as the outgoing token, so the incoming one has to revoke it. */
  sessionIsOutgoing: z.boolean(),
  /** Seconds an app may take to release and restart. */
  timeout: z.number(),
  warnings: z.array(z.string()),
})
export type Plan = z.output<typeof planSchema>

/** Whether the account's pool of calls does not hold for the plain way of rotating so many apps. */
export function isThrifty({consumers}: Pick<Plan, 'consumers'>): boolean {
  return consumers.filter(({address}) => consumer(address).apps.length > 0).length > MANY
}

export const wavesOf = (plan: Pick<Plan, 'consumers'>): number[] => [...new Set(plan.consumers.filter(({role}) => role === 'consumer').map(({wave}) => wave))].sort((a, b) => a - b)

/** With more consumers, or with more keys of one. */
export function withConsumers(plan: Plan, added: readonly PlannedConsumer[]): Plan {
  const ids = new Set(added.map(({id}) => id))
  return {...plan, consumers: [...plan.consumers.filter(({id}) => !ids.has(id)), ...added]}
}
