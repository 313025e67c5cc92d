import * as z from 'zod'
import {isFailure} from '../errors.js'
import {atMost} from '../system/at-most.js'
import {unless} from '../system/system-error.js'
import {unlessForbidden} from './gh-error.js'
import {Gh, type GhAccess} from './gh.js'

const MOST = 50
const AT_ONCE = 4

const repositoriesSchema = z.array(z.object({archived: z.boolean().optional(), full_name: z.string(), permissions: z.object({push: z.boolean().optional()}).optional()}))
const secretsSchema = z.object({secrets: z.array(z.object({name: z.string()}))})

export type NamedSecret = {repository: string; secret: string}

/** Finds the repositories, of those that changed last, that have an Actions secret of such a name. Null where gh cannot be asked. */
export const secretsNamed = (access: GhAccess, names: ReadonlySet<string>): Promise<NamedSecret[] | null> => unless(isFailure, null, search(access, names))

async function search(access: GhAccess, names: ReadonlySet<string>): Promise<NamedSecret[]> {
  const gh = new Gh(access, {right: 'list repositories and the names of their secrets', subject: 'repositories of this login'})
  await gh.isReady()
  const repositories = await gh.get(repositoriesSchema, `user/repos?sort=pushed&per_page=${MOST}`)
  const writable = repositories.filter(({archived, permissions}) => !archived && permissions?.push !== false)
  const found = await atMost(AT_ONCE, writable, async ({full_name: repository}) => {
    const secrets = await secretsAt(gh, `repos/${repository}/actions/secrets`)
    return secrets.filter(secret => names.has(secret)).map(secret => ({repository, secret}))
  })
  return found.flat()
}

/** Names of the secrets there; none where they may not be listed. */
export async function secretsAt(gh: Gh, path: string): Promise<string[]> {
  const answer = await unlessForbidden(gh.lookUp(secretsSchema, `${path}?per_page=100`))
  return answer?.secrets.map(({name}) => name) ?? []
}
