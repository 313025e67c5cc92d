/** What a journal can hold. Tokens are never in it: they rest sealed beside it. */
import {z} from 'zod'

import {plannedConsumerSchema, planSchema} from '../planning/plan.js'

const name = z.string()
const type = z.literal('phase')

const phaseSchema = z.discriminatedUnion('status', [
  z.strictObject({name, status: z.literal('started'), type}),
  z.strictObject({name, seconds: z.number(), status: z.literal('finished'), type}),
  z.strictObject({code: z.string(), message: z.string(), name, status: z.literal('failed'), type}),
])

const incomingSchema = z.strictObject({
  createdAt: z.string(),
  description: z.string(),
  expiresIn: z.number().int().nullable(),
  /** Of its token: a value that a consumer holds is known by it, whoever is logged in. Null where only its mark was seen. */
  fingerprint: z.string().nullable(),
  id: z.string(),
  scope: z.array(z.string()),
})

export const recordSchema = z.discriminatedUnion('type', [
  z.strictObject({
    actor: z.string(),
    /** What the world showed of a rotation whose journal is elsewhere: one record, so that it is taken over whole or not at all. */
    adopted: z.strictObject({incoming: incomingSchema, written: z.array(z.string())}).nullable(),
    host: z.string(),
    plan: planSchema,
    type: z.literal('opened'),
  }),
  phaseSchema,
  incomingSchema.extend({type: z.literal('incoming')}),
  /** The answer to a create was lost: what it made may appear in the list later. */
  z.strictObject({type: z.literal('lost')}),
  /** The incoming authorization was revoked by its own rotation, or is gone. */
  z.strictObject({type: z.literal('withdrawn')}),
  z.strictObject({
    id: z.string(),
    release: z.number().int().nullable(),
    stamp: z.string().nullable(),
    /** Writing is the intent, written is the platform's answer, settled is every process restarted; untouched takes the intent back. */
    status: z.enum(['restored', 'restoring', 'settled', 'untouched', 'verified', 'writing', 'written']),
    type: z.literal('consumer'),
    wrote: z.boolean(),
  }),
  z.strictObject({evidence: z.string(), id: z.string(), type: z.literal('probe')}),
  /** The person has named more consumers, or more keys of one; each replaces the one of its id. */
  z.strictObject({consumers: z.array(plannedConsumerSchema), type: z.literal('added')}),
  /** Right before the pivot, nothing else was seen to hold the outgoing token. */
  z.strictObject({apps: z.number().int(), pipelines: z.number().int(), type: z.literal('scanned'), unreadable: z.array(z.string())}),
  z.strictObject({
    /** `shown`: regenerated in place, where the outgoing token is not known, and Heroku shows the incoming one as the one of the authorization. */
    by: z.enum(['id', 'shown', 'token']),
    /** Null where its token is not known to the session that went on: its authorization is there. */
    incomingStatus: z.number().int().nullable(),
    outgoingStatus: z.number().int().nullable(),
    type: z.literal('proof'),
  }),
  /** The DELETE of the outgoing authorization, or the regenerate of its token, is about to be sent: from here on it may be dead. */
  z.strictObject({type: z.literal('pivoting')}),
  /** Heroku refused that call: nothing was ended by it. */
  z.strictObject({type: z.literal('spared')}),
  z.strictObject({direction: z.enum(['back', 'forward']), type: z.literal('turned')}),
  z.strictObject({outcome: z.enum(['completed', 'failed', 'rolled-back']), type: z.literal('closed')}),
])
export type Record = z.output<typeof recordSchema>
export type Opened = Extract<Record, {type: 'opened'}>
export type Incoming = Extract<Record, {type: 'incoming'}>
export type Scanned = Extract<Record, {type: 'scanned'}>
export type Proof = Extract<Record, {type: 'proof'}>
export type Outcome = Extract<Record, {type: 'closed'}>['outcome']
