import * as z from 'zod'
import {announcementSchema} from '../audit/announcement.js'
import {isName, parseDescription} from '../credentials/description.js'
import {scopes} from '../heroku/scopes.js'
import {LONGEST_LIFETIME, secondsIn, SHORTEST_LIFETIME} from '../text/duration.js'
import {cadence} from './cadence.js'

const wave = z.number().int().min(0)

const {audit, notify} = announcementSchema.shape

const seconds = z.number().int().min(SHORTEST_LIFETIME, `must be at least ${SHORTEST_LIFETIME} seconds; 90d is 90 days`).max(LONGEST_LIFETIME)

/** In seconds, as --expires-in takes it. */
const lifetime = z.union([seconds, z.string().regex(/^\d{1,10}[shdw]?$/).transform(text => secondsIn(text)).pipe(seconds)], {
  error: ({input}) => (/^\d+m$/.test(String(input)) ? `${String(input)} could be minutes or months` : 'must be a time such as 90d or 12w, or a number of seconds'),
})

/** The registry checks each consumer by its kind. */
export const rotationSchema = z.strictObject({
  actor: z.string().min(1).optional(),
  audit: audit.optional(),
  consumers: z.array(z.looseObject({kind: z.string(), wave: wave.optional()})).min(1).optional(),
  every: cadence.optional(),
  'expires-in': lifetime.optional(),
  notify: notify.optional(),
  probes: z.array(z.looseObject({kind: z.string(), wave: wave.optional()})).optional(),
  scope: z.array(z.enum(scopes, `is no scope of Heroku: there are ${scopes.join(', ')}`)).min(1).optional(),
  store: z.looseObject({kind: z.string()}).optional(),
})

const nameSchema = z
  .string()
  .refine(text => text.trim() !== '', {abort: true, error: 'is no name'})
  .refine(text => isName(parseDescription(text).name), 'is what Heroku calls whatever nobody has described: put an ID there')

export const fileSchema = z.strictObject({
  rotations: z.record(nameSchema, rotationSchema).refine(all => Object.keys(all).length > 0, 'names no credential'),
  version: z.literal(1, {error: 'must be 1'}),
})
