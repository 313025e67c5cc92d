import {z} from 'zod'

import {failureSchema, resultSchema} from '../../test/e2e/result-document.js'

const issue = z.strictObject({description: z.string(), id: z.string()})
const unreadable = z.strictObject({keys: z.array(z.string()), place: z.string(), reason: z.string()})
const version = z.literal(1)
const key = z.strictObject({authorization: issue.nullable(), key: z.string(), whole: z.boolean()})
const next = z.string().nullable()
const calls = z.number().int().nonnegative()
const seconds = z.number().nullable()

const rotation = resultSchema.meta({id: 'rotation', title: 'rotate, run, check, create, fanout, resume, revoke, rollback, and verify of a rotation in flight'})
const several = z.strictObject({
  api_calls: calls, error: failureSchema.options[0].shape.error.optional(), next, rotations: z.array(resultSchema.omit({version: true})), version,
}).meta({id: 'rotations', title: 'the same, with --all or --due'})
const drift = z.strictObject({
  api_calls: calls,
  consumers: z.array(z.strictObject({
    id: z.string(),
    keys: z.array(key.extend({holds: z.enum(['another', 'dead', 'foreign', 'nothing', 'older', 'other', 'right', 'unclear', 'unreadable'])})),
    kind: z.string(),
    reason: z.string().nullable(),
  })),
  dead_elsewhere: z.array(z.string()),
  description: z.string(),
  drift: z.boolean(),
  error: failureSchema.options[0].shape.error.optional(),
  issues: z.array(issue),
  next,
  right: issue.extend({why: z.string()}),
  scanned: z.strictObject({apps: z.number(), pipelines: z.number()}).nullable(),
  unreadable: z.array(unreadable),
  version,
}).meta({id: 'drift', title: 'verify outside a rotation'})
const discover = z.strictObject({
  api_calls: calls,
  complete: z.boolean(),
  holders: z.array(z.strictObject({app: z.string().nullable(), keys: z.array(key.extend({holds: z.string()})), place: z.string()})),
  next,
  outgoing: issue.extend({scope: z.array(z.string())}),
  scanned: z.strictObject({apps: z.number(), pipelines: z.number()}),
  unreadable: z.array(unreadable),
  version,
}).meta({id: 'discover', title: 'discover'})
const status = z.looseObject({
  authorizations: z.array(z.strictObject({
    age: seconds, description: z.string(), due: z.enum(['later', 'overdue', 'soon']).nullable(), due_in: seconds, every: seconds.meta({description: 'days'}), expires_in: seconds,
    id: z.string().nullable(), name: z.string(), newer: z.string().nullable(), rotation: z.string().nullable(), scope: z.array(z.string()),
  })),
  damaged: z.array(z.looseObject({happened: z.string(), next: z.array(z.string()), rotation: z.string()})),
  next,
  overdue: z.number().int(),
  rotations: z.array(z.looseObject({
    age: z.number(), by: z.string().nullable(), description: z.string(), here: z.boolean(), next: z.array(z.string()), phase: z.string().nullable(),
    rotation: z.string(), running: z.boolean(), signed: z.boolean().nullable(),
  })),
  soon: z.number().int(),
  version,
}).meta({id: 'status', title: 'status'})
const audit = z.strictObject({
  damage: z.array(z.strictObject({line: z.number().int(), what: z.string()})),
  entries: z.array(z.looseObject({
    action: z.string(), actor: z.string(), context: z.looseObject({}), description: z.string(), previous: z.string(), rotation: z.string(), time: z.iso.datetime(),
  })),
  version,
}).meta({id: 'audit', title: 'audit'})
const trust = z.strictObject({
  besides: z.array(z.looseObject({by: z.string(), does: z.string()})), covered: z.array(z.string()), file: z.string(),
  not_covered: z.array(z.strictObject({path: z.string(), reason: z.string()})), sha256: z.string().nullable(), trusted: z.boolean(), version,
}).meta({id: 'trust', title: 'trust'})
const trusted = z.strictObject({files: z.array(z.looseObject({at: z.string(), path: z.string()})), version}).meta({id: 'trusted', title: 'trust --list'})
const failure = failureSchema.meta({id: 'failure', title: 'a failure of any command'})

/** Every document that `--json` prints; with `--json-events` it is the `result` of the last line. */
export const documents = z.union([rotation, several, drift, discover, status, audit, trust, trusted, failure])
