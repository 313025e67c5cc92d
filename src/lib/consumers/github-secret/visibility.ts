import * as z from 'zod'
import type {Gh} from '../../github/gh.js'
import {RotationError, todo} from '../../errors.js'
import {typed} from '../../text/shell-quote.js'

export const visibilitySchema = z.enum(['all', 'private', 'selected'])
type Visibility = z.output<typeof visibilitySchema>

const repositorySchema = z.object({full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/)})

/** Without these flags `gh secret set` opens a secret of an organization to the private repositories, whatever was set before. */
export async function visibilityFlags(gh: Gh, secretPath: string, visibility: undefined | Visibility): Promise<string[]> {
  if (visibility === undefined) return ['--visibility', 'private']
  if (visibility !== 'selected') return ['--visibility', visibility]
  const repositories = await gh.list(repositorySchema, `${secretPath}/repositories?per_page=100`, '.repositories[] | {full_name}')
  if (repositories.length === 0) {
    throw new RotationError('ROTATE_GITHUB_NONE_SELECTED', 'The secret is for selected repositories, but none is selected. gh cannot update it like that.', {
      next: todo(`Select a repository for the secret, or delete it: ${typed('gh', 'api', secretPath)}`),
    })
  }

  return ['--visibility', 'selected', '--repos', repositories.map(({full_name: name}) => name).join(',')]
}
