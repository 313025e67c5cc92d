import type {Access, Near} from '../adapter.js'
import {reasonOf} from '../../errors.js'
import {type Address, folderOf} from './address.js'
import {Secrets} from './secrets.js'

export const restOf = (at: Address): string => `the rest of ${folderOf({...at, environment: '', path: '/'}).replace('/', '')}`

export async function folder(at: Address, access: Access): Promise<Near[]> {
  const secrets = await Secrets.open(at, access)
  return [{...(await secrets.list()), name: folderOf(at)}]
}

/** Reads every folder of every environment of the project. A folder that the login may not read is not in the answers of Infisical. */
export async function foldersNear(at: Address, access: Access): Promise<Near[]> {
  const secrets = await Secrets.open(at, access)
  if (await secrets.readsOneFolder()) return [unread(restOf(at), 'the service token reads one folder only')]
  const unlisted: Near[] = []
  const environments = await secrets.environments().catch((error: unknown) => {
    unlisted.push(unread(restOf(at), reasonOf(error)))
    return [at.environment]
  })
  const folders = await Promise.all(environments.map(async environment => foldersOf({...at, environment}, secrets)))
  return [...unlisted, ...folders.flat()]
}

async function foldersOf(at: Address, secrets: Secrets): Promise<Near[]> {
  const {environment, project, site} = at
  try {
    return [...(await secrets.everywhere(environment))].map(([path, found]) => ({
      ...found,
      include: `kind: infisical${site === undefined ? '' : `, site: ${site}`}, project: ${project}, environment: ${environment}, path: ${path}`,
      name: folderOf({...at, path}),
    }))
  } catch (error) {
    return [unread(`the folders of ${folderOf({...at, path: '/'})}`, reasonOf(error))]
  }
}

const unread = (name: string, why: string): Near => ({hidden: [], include: '', name, values: new Map(), why})
