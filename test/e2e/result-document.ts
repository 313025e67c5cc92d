import {z} from 'zod'

const scope = z.array(z.string()).min(1)
const phase = z.strictObject({
  name: z.string(),
  seconds: z.number().nonnegative().nullable(),
  status: z.enum(['failed', 'finished', 'pending', 'skipped']),
})

/** What `--json` prints: every field, and no other. */
export const resultSchema = z.strictObject({
  actor: z.email(),
  api_calls: z.number().int().positive(),
  besides: z.array(z.union([
    z.strictObject({by: z.string(), command: z.array(z.string()).min(1), does: z.string(), env: z.array(z.string())}),
    z.strictObject({by: z.string(), does: z.string(), environment: z.string(), project: z.string()}),
    z.strictObject({by: z.string(), does: z.string(), inputs: z.record(z.string(), z.string()), ref: z.string().nullable(), repository: z.string(), workflow: z.string()}),
    z.strictObject({by: z.string(), does: z.string(), instructions: z.string()}),
    z.strictObject({by: z.string(), does: z.string(), path: z.string()}),
    z.strictObject({by: z.string(), does: z.string(), url: z.string()}),
  ])),
  budget: z.strictObject({left: z.number().int().nullable(), planned: z.number().int().positive()}).nullable(),
  consumers: z.array(z.strictObject({
    drained: z.union([z.strictObject({seen: z.iso.datetime()}), z.strictObject({waited: z.number().nonnegative()})]).nullable(),
    dynos: z.number().int().nonnegative().nullable(),
    held: z.record(z.string(), z.enum(['nothing', 'other', 'outgoing', 'unknown'])).meta({description: 'before the rotation; status says what became of it'}),
    id: z.string(),
    keys: z.array(z.string()).min(1),
    kind: z.string(),
    not_restorable: z.string().nullable(),
    release: z.number().int().positive().nullable(),
    role: z.enum(['consumer', 'store']),
    status: z.enum(['failed', 'gone', 'left', 'pending', 'restored', 'verified', 'written']),
    unwell: z.string().optional(),
    wave: z.number().int().nonnegative(),
  })),
  covered: z.array(z.string()),
  description: z.string(),
  discovery: z.strictObject({
    allowed: z.array(z.string()),
    apps: z.number().int().nonnegative(),
    pipelines: z.number().int().nonnegative(),
    status: z.enum(['scanned', 'skipped']),
    unreadable: z.array(z.strictObject({keys: z.array(z.string()), place: z.string(), reason: z.string()})),
  }).nullable(),
  duration: z.strictObject({waiting: z.number().nonnegative(), whole: z.number().positive()}),
  health_skipped: z.array(z.string()).optional(),
  incoming: z.strictObject({description: z.string(), expires_in: z.number().int().nullable(), id: z.uuid().nullable(), scope}).nullable(),
  in_place: z.boolean(),
  next: z.string().nullable(),
  not_covered: z.array(z.strictObject({path: z.string(), reason: z.string()})),
  notes: z.array(z.string()),
  on_behalf_of: z.string().nullable(),
  outgoing: z.strictObject({description: z.string(), id: z.uuid(), revoked: z.boolean(), scope}),
  phases: z.array(phase),
  probes: z.array(z.strictObject({evidence: z.string().nullable(), id: z.string(), wave: z.number().int().nonnegative().nullable()})),
  proof: z.strictObject({
    by: z.enum(['id', 'shown', 'token']), incoming_status: z.number().int().nullable(), outgoing_status: z.number().int().nullable(),
  }).nullable(),
  rotation: z.string().min(6),
  status: z.enum(['completed', 'incomplete', 'planned', 'rolled-back']),
  version: z.literal(1),
  warnings: z.array(z.string()),
})

const errorSchema = z.strictObject({
  code: z.string().regex(/^ROTATE_[A-Z_]+$/),
  message: z.string().min(1),
  next: z.string().min(1),
  places: z.array(z.strictObject({column: z.number(), file: z.string(), line: z.number(), message: z.string().min(1)})).min(1).optional(),
  steps: z.array(z.string().min(1)).min(1),
})

/** What `--json` prints for a failure, with what is known of the rotation, if there was one. */
export const failureSchema = z.union([
  z.strictObject({error: errorSchema, version: z.literal(1)}),
  resultSchema.extend({error: errorSchema}),
])

export const resultIn = (stdout: string) => resultSchema.parse(JSON.parse(stdout))
export const failureIn = (stdout: string) => failureSchema.parse(JSON.parse(stdout))

export const phasesIn = (stdout: string, status: z.output<typeof phase>['status']) =>
  resultIn(stdout).phases.filter(each => each.status === status).map(each => each.name)
