/** Schemas of the answers; a field that is not listed is dropped at the boundary. */
import * as z from 'zod'
import {Secret} from '../secrecy/secret.js'

const secret = z.string().transform(value => new Secret(value))

export const authorizationSchema = z
  .object({
    access_token: z.object({expires_in: z.number().int().nullish(), token: secret}).nullish(),
    client: z.object({name: z.string()}).nullish(),
    created_at: z.string(),
    description: z.string().nullish(),
    id: z.string().min(1),
    scope: z.array(z.string()).nullish(),
    updated_at: z.string().nullish(),
    user: z.object({id: z.string()}).nullish(),
  })
  .transform(({access_token: token, client, created_at: createdAt, description, id, scope, updated_at: updatedAt, user}) => ({
    /** The name of the OAuth client that it was granted to; null for a direct authorization. */
    client: client?.name ?? null,
    createdAt,
    /** The ID where there is none. */
    description: description?.trim() ? description : id,
    expiresIn: token?.expires_in ?? null,
    id,
    scope: scope ?? [],
    /** The full token in the answer to a create, a redacted one elsewhere. */
    token: token?.token ?? null,
    updatedAt: updatedAt ?? createdAt,
    userId: user?.id ?? null,
  }))
export type Authorization = z.output<typeof authorizationSchema>
export const authorizationsSchema = z.array(authorizationSchema)

export const accountSchema = z.object({email: z.string(), id: z.string().min(1), two_factor_authentication: z.boolean().nullish()})
export type Account = z.output<typeof accountSchema>

export const configVarsSchema = z
  .record(z.string(), z.string().nullable())
  .transform(vars => new Map(Object.entries(vars).map(([key, value]) => [key, value === null ? null : new Secret(value)])))
export type ConfigVars = z.output<typeof configVarsSchema>

export const releaseSchema = z.object({
  created_at: z.string(),
  status: z.enum(['failed', 'pending', 'succeeded', 'expired']).nullish(),
  version: z.number().int(),
})
export type Release = z.output<typeof releaseSchema>
export const releasesSchema = z.array(releaseSchema)

const dynoSchema = z.object({
  app: z.object({id: z.string()}).nullish(),
  command: z.string().nullish(),
  created_at: z.string(),
  name: z.string(),
  release: z.object({version: z.number().int()}),
  size: z.string().nullish(),
  state: z.string(),
  type: z.string(),
})
export type Dyno = z.output<typeof dynoSchema>
export const dynosSchema = z.array(dynoSchema)

export const logSessionSchema = z.object({logplex_url: z.string()})

export const appSchema = z.object({
  id: z.string(),
  name: z.string(),
  team: z.object({name: z.string()}).nullish(),
})
export type App = z.output<typeof appSchema>
export const appsSchema = z.array(appSchema)

export const pipelineSchema = z.object({id: z.string(), name: z.string()})
export type Pipeline = z.output<typeof pipelineSchema>
export const pipelinesSchema = z.array(pipelineSchema)

export const collaboratorSchema = z.object({permissions: z.array(z.object({name: z.string()})).nullish()})

export const featureSchema = z.object({enabled: z.boolean()})

export const errorBodySchema = z.object({app: z.object({name: z.string()}).nullish(), id: z.string().nullish(), message: z.string().nullish()})
