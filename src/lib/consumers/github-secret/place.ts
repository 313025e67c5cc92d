import * as z from 'zod'
import {repositorySchema} from '../../github/gh.js'

export const applications = ['actions', 'dependabot', 'codespaces'] as const

export const addressSchema = z
  .strictObject({
    environment: z
      .string()
      // gh puts the name into a URL as it is.
      .regex(/^(?!\.{1,2}$)[^#%/?]+$/, 'is not the name of an environment that gh can reach: it has /, ?, # or % in it')
      .optional(),
    in: z.enum(applications).default('actions'),
    kind: z.literal('github-secret'),
    organization: z.string().regex(/^[A-Za-z\d][\w-]*$/, 'is not the name of an organization').optional(),
    repository: repositorySchema.optional(),
    secret: z
      .string()
      .regex(/^(?!GITHUB_)[A-Z_][A-Z\d_]*$/, 'is not the name of a secret: capital letters, digits and _, not GITHUB_ in front')
      .default('HEROKU_API_KEY'),
  })
  .refine(({organization, repository}) => (organization === undefined) !== (repository === undefined), 'needs a repository or an organization, and not both')
  .refine(
    ({environment, in: app, repository}) => environment === undefined || (repository !== undefined && app === 'actions'),
    'has an environment, which only the Actions secrets of a repository have',
  )
export type Address = z.output<typeof addressSchema>

const apps = {actions: 'Actions', codespaces: 'Codespaces', dependabot: 'Dependabot'} as const

/** An address in the words of gh (`flags`) and of the API (`path`, without the name of the secret). */
export function placeOf({environment, in: app, organization, repository = '', secret}: Address) {
  const within = app === 'actions' ? '' : `/${app}`
  const inApp = app === 'actions' ? '' : ` ${apps[app]}`
  if (organization !== undefined) {
    return {
      about: {right: `write the ${apps[app]} secrets of the organization ${organization}`, subject: `organization ${organization}`},
      flags: ['--org', organization, '--app', app],
      id: `github-secret:${organization}${within}:${secret}`,
      label: `GitHub ${organization}${inApp}`,
      path: `orgs/${organization}/${app}/secrets`,
    }
  }

  if (environment !== undefined) {
    return {
      about: {
        right: `write the secrets of the environment ${environment} of ${repository}`,
        subject: `repository ${repository} with an environment ${environment}`,
      },
      flags: ['--repo', repository, '--env', environment],
      id: `github-secret:${repository}/environments/${environment}:${secret}`,
      label: `GitHub ${repository} ${environment}`,
      path: `repos/${repository}/environments/${encodeURIComponent(environment)}/secrets`,
    }
  }

  return {
    about: {right: `write the ${apps[app]} secrets of ${repository}`, subject: `repository ${repository}`},
    flags: ['--repo', repository, '--app', app],
    id: `github-secret:${repository}${within}:${secret}`,
    label: `GitHub ${repository}${inApp}`,
    path: `repos/${repository}/${app}/secrets`,
  }
}
