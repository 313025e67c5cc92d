import * as z from 'zod'
import type {Secret} from '../secrecy/secret.js'
import {heroku, RotationError, todo, toResume} from '../errors.js'
import {archived, notUnderstood} from '../github/gh-error.js'
import {Gh} from '../github/gh.js'
import {secretsAt} from '../github/repositories.js'
import {poll} from '../heroku/poll.js'
import {nearest} from '../text/nearest.js'
import {typed} from '../text/shell-quote.js'
import {type Access, defineAdapter, evidence, nothingStillRuns, orLeftAsIs} from './adapter.js'
import {secretsNear} from './github-secret/near.js'
import {type Address, addressSchema, placeOf} from './github-secret/place.js'
import {runsFromBefore} from './github-secret/runs.js'
import {visibilityFlags, visibilitySchema} from './github-secret/visibility.js'

const SHOWN_WITHIN_MS = 3000

const metadataSchema = z.object({name: z.string().optional(), updated_at: z.iso.datetime({offset: true}), visibility: visibilitySchema.optional()})
type Metadata = z.output<typeof metadataSchema>

/** GitHub never shows the value of a secret, so only its time of update tells of a write. */
export const githubSecret = defineAdapter<Address>({
  address: addressSchema,
  id: at => placeOf(at).id,
  async inspect(at, access) {
    const {about, path} = placeOf(at)
    const gh = ghFor(at, access)
    await (isInRepository(at) ? gh.isKnown() : gh.isReady())
    const [current, repository] = await Promise.all([
      metadata(at, gh),
      // Its secrets can be read, and not be written.
      isInRepository(at) ? gh.get(z.object({archived: z.boolean()}), `repos/${at.repository}`) : null,
      // gh reads the key before each write, so a missing right to write shows here, as far as GitHub tells.
      gh.get(z.object({key: z.string(), key_id: z.string()}), `${path}/public-key`),
      // Drain reads the runs; a missing right to read them shows now.
      hasRuns(at) ? ghForRuns(at, access).get(z.object({total_count: z.int()}), `repos/${at.repository}/actions/runs?per_page=1`) : null,
    ])
    if (repository?.archived) throw archived(about.subject)
    if (at.organization !== undefined && current) await visibilityFlags(gh, `${path}/${at.secret}`, current.visibility)
    return {dynos: null, remarks: current ? [] : [isMade(at, nearest(at.secret, await secretsAt(gh, path)))], values: current ? new Map() : new Map([[at.secret, null]]), warnings: notWaitedFor(at)}
  },
  keys: ({secret}) => [secret],
  kind: 'github-secret',
  label: at => placeOf(at).label,
  near: at => (isInRepository(at) ? [{include: '', of: `${at.secret} elsewhere in ${at.repository}`, read: access => secretsNear(at, access)}] : null),
  async stillRunning(at, since, access) {
    if (!hasRuns(at)) return nothingStillRuns
    // GitHub's own clock dates both the secret and the runs; ours may differ.
    const stamp = await this.stamp(at, access)
    const changedAt = stamp === null ? since.at : Date.parse(stamp)
    return {
      grace: 0,
      look: [todo(`gh run list --repo ${at.repository}`), todo(`gh run cancel ID --repo ${at.repository}, if nobody needs the run`)],
      running: await runsFromBefore(ghForRuns(at, access), at.repository, changedAt, access.env),
    }
  },
  async read(at, access) {
    return (await metadata(at, ghFor(at, access))) ? new Map() : new Map([[at.secret, null]])
  },
  async stamp(at, access) {
    return (await metadata(at, ghFor(at, access)))?.updated_at ?? null
  },
  async write(at, values, access) {
    const value = values.get(at.secret)
    if (value === undefined) return evidence(false)
    if (value !== null) return evidence(true, await set(at, value, access))
    return evidence(await ghFor(at, access).delete(`${placeOf(at).path}/${at.secret}`))
  },
})

async function set(at: Address, value: Secret, access: Access): Promise<string> {
  // gh would store an empty secret.
  if (value.expose(text => text.trim() === '')) {
    throw new RotationError('ROTATE_EMPTY_VALUE', `The value for ${placeOf(at).id} is empty.`, {next: heroku('authorizations:rotate:status')})
  }

  const {flags, path} = placeOf(at)
  const gh = ghFor(at, access)
  const {before, visibility} = await orLeftAsIs(access, async () => {
    const found = await metadata(at, gh)
    return {before: found, visibility: at.organization === undefined ? [] : await visibilityFlags(gh, `${path}/${at.secret}`, found?.visibility)}
  })
  const write = async (refused?: () => void) => {
    await gh.text(['secret', 'set', at.secret, ...flags, ...visibility], value, refused)
    return poll({clock: access.clock, shortestMs: 1000, signal: access.signal, timeoutMs: SHOWN_WITHIN_MS}, async () => {
      const after = await metadata(at, gh)
      return after === null || after.updated_at === before?.updated_at ? undefined : after.updated_at
    })
  }

  // GitHub's times are whole seconds: a second write within one second shows only when it is repeated later.
  const stamp = (await write(access.leftAsIs)) ?? (await write())
  if (stamp !== null) return stamp
  throw new RotationError('ROTATE_GITHUB_NOT_SHOWN', `gh has updated ${at.secret}, but GitHub still shows the old date.`, {
    next: [todo(typed('gh', 'api', `${path}/${at.secret}`)), toResume()],
  })
}

async function metadata(at: Address, gh: Gh): Promise<Metadata | null> {
  const schema = at.organization === undefined ? metadataSchema : metadataSchema.required({updated_at: true, visibility: true})
  const found = await gh.lookUp<Metadata>(schema, `${placeOf(at).path}/${at.secret}`)
  // GitHub takes any letters for capitals.
  if (found?.name !== undefined && found.name.toUpperCase() !== at.secret) throw notUnderstood()
  return found
}

function ghFor(at: Address, access: Access): Gh {
  return new Gh(access, placeOf(at).about)
}

function ghForRuns({repository}: Address, access: Access): Gh {
  return new Gh(access, {right: `read the workflow runs of ${repository}`, subject: `repository ${repository}`})
}

const isInRepository = (at: Address): at is Address & {repository: string} => at.repository !== undefined

function hasRuns(at: Address): at is Address & {repository: string} {
  return at.in === 'actions' && isInRepository(at)
}

function isMade({organization, secret}: Address, meant: null | string): string {
  const mistyped = meant === null ? '' : `. Did you mean ${meant}? That stays as it is`
  return `${secret} does not exist yet and will be made${organization === undefined ? '' : ', for the private repositories'}${mistyped}`
}

function notWaitedFor({in: app, organization}: Address): string[] {
  if (app === 'codespaces') return ['running codespaces keep the old token; nothing waits for them']
  if (app === 'dependabot') return ['workflow runs of Dependabot keep the old token; nothing waits for them']
  return organization === undefined ? [] : ['nobody can see which workflow runs use it, so nothing waits for them']
}
