/** The records of a journal. Tokens are never among them: they are sealed in a file beside the journal. */
import * as z from 'zod'
import {appsSchema, discoverySchema, plannedConsumerSchema, planSchema} from '../planning/plan.js'

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
  /** Recognizes the token in a consumer, whoever is logged in. Null where only the mark was seen. */
  fingerprint: z.string().nullable(),
  id: z.string(),
  scope: z.array(z.string()),
})

export const recordSchema = z.discriminatedUnion('type', [
  z.strictObject({
    actor: z.string(),
    /** The state of a rotation whose journal is elsewhere. One record holds it, so that it is taken over whole or not at all. */
    adopted: z.strictObject({incoming: incomingSchema, written: z.array(z.string())}).nullable(),
    host: z.string(),
    plan: planSchema,
    type: z.literal('opened'),
  }),
  phaseSchema,
  incomingSchema.extend({type: z.literal('incoming')}),
  /** The answer to a create was lost; its authorization may appear in the list later. */
  z.strictObject({type: z.literal('lost')}),
  /** The incoming authorization was revoked by its own rotation, or is gone. */
  z.strictObject({type: z.literal('withdrawn')}),
  z.strictObject({
    id: z.string(),
    release: z.number().int().nullable(),
    stamp: z.string().nullable(),
    /**
     * `writing` is the intent, `written` Heroku's answer, `settled` every process restarted; `untouched` takes the intent back, `changed` was found
     * to hold another value since. `gone` is an app that was deleted, and `left` what a person lets keep whatever it holds.
     */
    status: z.enum(['changed', 'gone', 'left', 'restored', 'restoring', 'settled', 'untouched', 'verified', 'writing', 'written']),
    type: z.literal('consumer'),
    /** Says what did not come up, which stopped nothing. */
    unwell: z.string().optional(),
    wrote: z.boolean(),
  }),
  /** Old processes of an app were seen to end, so many seconds after its release, or were waited for since the last restart. */
  z.strictObject({id: z.string(), seconds: z.number(), seenAt: z.string().nullable(), type: z.literal('drained')}),
  z.strictObject({evidence: z.string(), id: z.string(), type: z.literal('probe')}),
  /** Somebody agreed to go on with a journal that this session has not signed: nothing of it that could run or be told is, from here on. */
  z.strictObject({misnamed: z.array(z.string()), type: z.literal('disarmed')}),
  /** Each replaces the planned consumer of its ID. */
  z.strictObject({apps: appsSchema.optional(), consumers: z.array(plannedConsumerSchema), type: z.literal('added')}),
  /** A person has said that the dynos of these consumers are not to be waited for. */
  z.strictObject({ids: z.array(z.string()), type: z.literal('skipped')}),
  /** What a person has let be since the plan was made: whoever goes on after the pivot tells it at the end. */
  z.strictObject({discovery: discoverySchema, type: z.literal('allowed')}),
  /** The scan right before the pivot. */
  z.strictObject({apps: z.number().int(), pipelines: z.number().int(), type: z.literal('scanned'), unreadable: z.array(z.string())}),
  z.strictObject({
    /** `shown`: in place, without the outgoing token, Heroku shows the incoming token at the authorization. */
    by: z.enum(['id', 'shown', 'token']),
    /** Null where the session cannot open the incoming token; its authorization was seen instead. */
    incomingStatus: z.number().int().nullable(),
    outgoingStatus: z.number().int().nullable(),
    type: z.literal('proof'),
  }),
  /** The DELETE or the regenerate is about to be sent: from here on the outgoing token may be dead. */
  z.strictObject({type: z.literal('pivoting')}),
  /** Heroku refused the regenerate, so the outgoing token still works. */
  z.strictObject({type: z.literal('spared')}),
  /** At the end of the way back the outgoing authorization was gone: somebody else has revoked it. */
  z.strictObject({type: z.literal('orphaned')}),
  z.strictObject({direction: z.enum(['back', 'forward']), type: z.literal('turned')}),
  z.strictObject({outcome: z.enum(['completed', 'failed', 'rolled-back']), type: z.literal('closed')}),
])
export type Record = z.output<typeof recordSchema>
export type Opened = Extract<Record, {type: 'opened'}>
export type Incoming = Extract<Record, {type: 'incoming'}>
export type Scanned = Extract<Record, {type: 'scanned'}>
export type Drained = Extract<Record, {type: 'drained'}>
export type Proof = Extract<Record, {type: 'proof'}>
export type Outcome = Extract<Record, {type: 'closed'}>['outcome']
