import * as z from 'zod'
import type {Access, Near} from '../adapter.js'
import {unlessForbidden} from '../../github/gh-error.js'
import {Gh} from '../../github/gh.js'
import {type Address, applications, placeOf} from './place.js'

/** Some tools make an environment for each branch, and each one takes a call. */
const MOST_ENVIRONMENTS = 10

const environmentsSchema = z.object({environments: z.array(z.object({name: z.string()})).default([]), total_count: z.int()})

/** Finds secrets of the same name elsewhere in the repository: GitHub shows no value, so they may be the outgoing token too. */
export async function secretsNear(at: Address & {repository: string}, access: Access): Promise<Near[]> {
  // Within a rotation GitHub shows no more than for the plan.
  if (access.tokens) return []
  const plain = {...at, environment: undefined}
  const [inApplications, inEnvironments] = await Promise.all([
    existing(applications.map(each => ({...plain, in: each})), at, access),
    environmentsOf(at, access).then(async ({environments, total_count: count}) => {
      if (count <= MOST_ENVIRONMENTS) return existing(environments.map(({name}) => ({...plain, environment: name, in: 'actions'})), at, access)
      return [{hidden: [], include: '', name: `github-secret:${at.repository}/environments`, values: new Map(), why: `${count} environments, which are too many to look for ${at.secret} in each`}]
    }),
  ])
  return [...inApplications, ...inEnvironments]
}

async function existing(places: readonly Address[], at: Address, access: Access): Promise<Near[]> {
  const others = places.filter(place => placeOf(place).id !== placeOf(at).id)
  const found = await Promise.all(others.map(async (place): Promise<Near[]> => {
    const {about, id, path} = placeOf(place)
    const isThere = (await unlessForbidden(new Gh(access, about).lookUp(z.object({updated_at: z.string()}), `${path}/${place.secret}`))) !== null
    return isThere ? [{hidden: [place.secret], include: inFile(place), name: id, values: new Map(), why: 'GitHub shows no secret'}] : []
  }))
  return found.flat()
}

async function environmentsOf({repository}: Address, access: Access): Promise<z.output<typeof environmentsSchema>> {
  const gh = new Gh(access, {right: `list the environments of ${repository}`, subject: `repository ${repository}`})
  const listed = await unlessForbidden(gh.lookUp(environmentsSchema, `repos/${repository}/environments?per_page=${MOST_ENVIRONMENTS}`))
  return listed ?? {environments: [], total_count: 0}
}

function inFile({environment, in: application, repository}: Address): string {
  const where = environment === undefined ? `in: ${application}` : `environment: ${JSON.stringify(environment)}`
  return `kind: github-secret, repository: ${repository}, ${where}`
}
