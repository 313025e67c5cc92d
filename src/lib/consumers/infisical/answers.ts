import * as z from 'zod'
import type {Near} from '../adapter.js'
import {Secret} from '../../secrecy/secret.js'

export type Folder = Pick<Near, 'hidden' | 'values' | 'why'>

/** `approval`: Infisical keeps the change until people approve it. */
export type Outcome = 'approval' | 'made'

const secretSchema = z.object({
  environment: z.string().optional(),
  secretKey: z.string(),
  secretPath: z.string().optional(),
  secretValue: z.string().transform(value => new Secret(value)),
  secretValueHidden: z.boolean().optional(),
  version: z.number().int().nonnegative(),
  workspace: z.string().nullish(),
})
export const oneSchema = z.object({secret: secretSchema})
export const folderSchema = z.object({secrets: z.array(secretSchema)})
export const changeSchema = z.union([
  z.object({approval: z.object({})}).transform((): Outcome => 'approval'),
  z.object({secret: z.object({})}).transform((): Outcome => 'made'),
])
const environmentsSchema = z.object({environments: z.array(z.object({slug: z.string()}))})
/** A project was called a workspace, and newer servers know both names. */
export const projectSchema = z.union([z.object({workspace: environmentsSchema}).transform(({workspace}) => workspace), z.object({project: environmentsSchema}).transform(({project}) => project)])
export const serviceTokenSchema = z.object({
  permissions: z.array(z.string()),
  scopes: z.array(z.object({environment: z.string(), secretPath: z.string()})),
  workspace: z.string(),
})
export type ServiceToken = z.output<typeof serviceTokenSchema>

export function folderIn(secrets: readonly z.output<typeof secretSchema>[]): Folder {
  const hidden = secrets.filter(({secretValueHidden}) => secretValueHidden).map(({secretKey}) => secretKey)
  const shown = secrets.filter(({secretValueHidden}) => !secretValueHidden)
  return {hidden, values: new Map(shown.map(({secretKey, secretValue}) => [secretKey, secretValue])), why: hidden.length > 0 ? 'your login may not read it' : null}
}
