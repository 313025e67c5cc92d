import type {Context} from '../context.js'
import type {Addition} from '../rotation-file/add-consumers.js'
import type {SharedReads} from '../rotation/planning/shared-reads.js'
import {addressAt, addressSchema} from '../consumers/registry.js'
import {type NamedSecret, secretsNamed} from '../github/repositories.js'
import {type Discovery, outgoingPlaces} from '../inventory/discover.js'
import {homeFiles} from '../inventory/home-files.js'
import {listed} from '../text/count.js'
import {visible} from '../text/shown.js'
import {additionOf} from './flags/additions.js'
import {chooseSome, says} from './operator.js'
import {canaryAmong} from './picking.js'

const DEFAULT_KEY = 'HEROKU_API_KEY'
const SECRET = /^(?!GITHUB_)[A-Z_][A-Z\d_]*$/
const WAVE = 1

/** `isSure` is false where the value cannot be read, and only the name tells. */
export type Candidate = Addition & {isSure: boolean}

type Wanted = {concurrency: number; github: boolean; home: boolean}

/** Everything that may use the token: places of Heroku, files of the home directory, and secrets of GitHub by their name. */
export async function candidates(context: Context, discovery: Discovery, reads: SharedReads, {concurrency, github, home}: Wanted): Promise<Candidate[]> {
  const [account, authorizations] = await reads.lists()
  const places = outgoingPlaces(discovery)
  const keys = places.flatMap(place => place.keys)
  const names = new Set([DEFAULT_KEY, ...keys.map(({key}) => key).filter(key => SECRET.test(key))])
  const [files, secrets] = await Promise.all([
    home ? homeFiles(context, {account, authorizations, concurrency, known: keys[0]?.token ?? null, outgoing: discovery.outgoing}) : [],
    github ? secretsNamed({...context.outside, signal: context.signal}, names) : [],
  ])
  if (secrets === null) context.report({text: 'GitHub was not searched: gh auth login', type: 'warning'})
  return [
    ...places.map((place): Candidate => {
      const found = place.keys.map(({key}) => key)
      return {...additionOf({address: addressAt(place), role: 'consumer', wave: WAVE}, found), isSure: true, note: visible(listed(found, 5))}
    }),
    ...files.map(({address, path, places: lines}): Candidate => ({...additionOf({address, role: 'consumer', wave: WAVE}), isSure: true, name: path, note: visible(listed(lines, 3))})),
    ...(secrets ?? []).map((secret): Candidate => ({
      ...additionOf({address: addressSchema.parse({kind: 'github-secret', ...secret}), role: 'consumer', wave: WAVE}),
      isSure: false,
      note: 'has a secret of this name, and GitHub shows no values',
    })),
  ]
}

export const hintOf = ({address}: Candidate): string =>
  (address.kind === 'github-secret' ? `- {kind: github-secret, repository: ${address.repository}, secret: ${address.secret}}   # has a secret of this name, and GitHub shows no values` : '')

export const secretOf = ({address}: Candidate): NamedSecret[] =>
  (address.kind === 'github-secret' && address.repository !== undefined ? [{repository: address.repository, secret: address.secret}] : [])

/** Asks which of them are meant, and for a canary. What is not sure is not ticked to begin with. */
export async function ask(file: string, found: readonly Candidate[]): Promise<Candidate[]> {
  const ticked = found.length === 0
    ? []
    : await chooseSome(`What is to be in ${file}?`, found.map(({address, isSure, name, note}, index) =>
      ({checked: isSure, name: visible(`${kindText[address.kind]} ${name}  (${note})`), value: index})))
  const chosen = found.filter((_, index) => ticked.includes(index))
  const apps = chosen.flatMap(({address}) => (address.kind === 'heroku-config' ? [{aliases: [], app: address.app, keys: [], name: address.app}] : []))
  const proposed = canaryAmong({used: apps})
  if (!proposed || !(await says(`Update ${proposed.app} first, as a canary?`, proposed.isLikely))) return chosen
  return chosen.map(one => (one.address.kind === 'heroku-config' && one.address.app === proposed.app ? {...one, wave: 0} : one))
}

const kindText: Record<Addition['address']['kind'], string> = {
  command: 'program', file: 'file', 'github-secret': 'GitHub', 'heroku-config': 'app', infisical: 'Infisical', manual: 'person', 'pipeline-config': 'pipeline',
}
