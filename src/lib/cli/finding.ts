import type {Context} from '../context.js'
import type {Addition} from '../rotation-file/add-consumers.js'
import type {SharedReads} from '../rotation/planning/shared-reads.js'
import {addressSchema, placed} from '../consumers/registry.js'
import {type NamedSecret, secretsNamed} from '../github/repositories.js'
import {type Discovery, holders, outgoingPlaces} from '../inventory/discover.js'
import {homeFiles} from '../inventory/home-files.js'
import {listed} from '../text/count.js'
import {visible} from '../text/shown.js'
import {additionAt, additionOf} from './flags/additions.js'
import {chooseSome} from './operator.js'
import {pickCanary} from './picking.js'

const DEFAULT_KEY = 'HEROKU_API_KEY'
const SECRET = /^(?!GITHUB_)[A-Z_][A-Z\d_]*$/

/** `secret` is one of GitHub, whose value cannot be read: only its name tells. Null where the token was seen. */
type Candidate = Addition & {secret: NamedSecret | null}

type Wanted = {concurrency: number; github: boolean; home: boolean}

/** Everything that may use the token: places of Heroku, files of the home directory, and secrets of GitHub by their name, where gh answers. */
export async function candidates(context: Context, discovery: Discovery, reads: SharedReads, {concurrency, github, home}: Wanted): Promise<{found: Candidate[]; isGitHubClosed: boolean}> {
  const [account, authorizations] = await reads.lists()
  const keys = outgoingPlaces(discovery).flatMap(place => place.keys)
  const names = new Set([DEFAULT_KEY, ...keys.map(({key}) => key).filter(key => SECRET.test(key))])
  const [files, secrets] = await Promise.all([
    home ? homeFiles(context, {account, authorizations, concurrency, known: keys[0]?.token ?? null, outgoing: discovery.outgoing}) : [],
    github ? secretsNamed({...context.outside, signal: context.signal}, names) : [],
  ])
  const found = [
    ...holders(discovery).map((holder): Candidate => ({...additionAt(holder), note: visible(listed(holder.keys, 5)), secret: null})),
    ...files.map(({address, path, places: lines}): Candidate => ({...additionOf(placed(address)), name: path, note: visible(listed(lines, 3)), secret: null})),
    ...(secrets ?? []).map((secret): Candidate => ({
      ...additionOf(placed(addressSchema.parse({kind: 'github-secret', ...secret}))),
      note: 'has a secret of this name, and GitHub shows no values',
      secret,
    })),
  ]
  return {found, isGitHubClosed: secrets === null}
}

export const hintOf = ({note, secret}: Candidate): string => (secret ? `- {kind: github-secret, repository: ${secret.repository}, secret: ${secret.secret}}   # ${note}` : '')

/** Asks which of them are meant, and for a canary. What is not sure is not ticked to begin with. */
export async function ask(file: string, found: readonly Candidate[]): Promise<Candidate[]> {
  if (found.length === 0) return []
  const chosen = await chooseSome(`What is to be in ${file}?`, found.map(one =>
    ({checked: one.secret === null, name: visible(`${kindText[one.address.kind]} ${one.name}  (${one.note})`), value: one})))
  const canary = await pickCanary(chosen.flatMap(({address}) => (address.kind === 'heroku-config' ? [address.app] : [])))
  return chosen.map(one => (one.address.kind === 'heroku-config' && one.address.app === canary ? {...one, wave: 0} : one))
}

const kindText: Record<Addition['address']['kind'], string> = {
  command: 'program', file: 'file', 'github-secret': 'GitHub', 'heroku-config': 'app', infisical: 'Infisical', manual: 'person', 'pipeline-config': 'pipeline',
}
