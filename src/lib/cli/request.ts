import type {InferredFlags} from '@oclif/core/interfaces'
import {homedir} from 'node:os'
import type {FileRotation} from '../rotation-file/rotation-file.js'
import type {Request} from '../rotation/planning/make-plan.js'
import type {planFlags} from './flags/plan.js'
import {consumer, type Placed} from '../consumers/registry.js'
import {parseDescription} from '../credentials/description.js'
import {namedBy} from '../credentials/outgoing.js'
import {flag, heroku, refused, todo} from '../errors.js'
import {isScope, scopes} from '../heroku/scopes.js'
import {reachesOf} from '../rotation-file/reaches.js'
import {readText} from '../rotation-file/read-text.js'
import {isTrusted, type Trusting, trustingOf} from '../rotation-file/trust.js'
import {absoluteOf} from '../system/paths.js'
import {nearest} from '../text/nearest.js'
import {consumersFrom, refuseTwice, withMeant} from './flags/consumers.js'
import {outgoingTokenFrom} from './flags/discover.js'

type Store = Parameters<typeof isTrusted>[1]

/** `given` is the SHA-256 that somebody has said with `--trust-file`. */
export type Trust = {given: string | undefined; store: Store}

/** `trusting` is null where the file is trusted, or needs no trust. */
export type KnownRotation = FileRotation & {programs?: readonly string[]; trusting: null | Trusting}

type Flags = InferredFlags<typeof planFlags>
type Defaulted = 'concurrency' | 'drain-timeout' | 'ignore-one-off' | 'no-consumers' | 'no-discover' | 'outgoing-token-stdin' | 'timeout'

/** `fileText` is the content of a file that was read already. */
export type PlanFlags = Partial<Flags> & Pick<Flags, Defaulted> & {fileText?: string; 'in-place'?: boolean}

export function refuseBoth(command: string, id: string | undefined, description: string | undefined): void {
  if (id === undefined || description === undefined) return
  throw refused('ROTATE_WHICH', 'Name the authorization once: as the argument or with --description.', heroku(command, id))
}

export async function requestFrom(argument: string | undefined, given: PlanFlags, store: Store): Promise<Request> {
  refuseBoth('authorizations:rotate', argument, given.description)
  const {description, id} = namedBy(argument, given.description)
  const file = given.file === undefined ? nothing : await fileRotation(given.file, description, {given: given['trust-file'], store}, given.fileText)
  return requestWith(file, {...given, description}, id)
}

export async function requestWith(file: KnownRotation, given: PlanFlags, id?: string): Promise<Request> {
  const scope = scopeFrom(given.scope)
  const named = consumersFrom(given)
  refuseTwice(named, file.consumers)
  const consumers = withMeant([...unasked(file), ...named], given)
  const finds = (consumers.length === 0 || isOnlyCanaries(given)) && !given['no-consumers']
  if (consumers.length === 0 && finds && given['no-discover']) throw noConsumers()
  return {
    actor: given.actor ?? file.actor,
    announce: file.announce,
    concurrency: given.concurrency,
    consumers,
    drain: given.drain ?? null,
    drainTimeout: given['drain-timeout'],
    // In place the authorization keeps its expiry and scope, whatever the file says of the next one.
    expiresIn: given['in-place'] ? undefined : (given['expires-in'] ?? file.expiresIn),
    ignoreOneOff: given['ignore-one-off'],
    inPlace: given['in-place'] ?? false,
    looking: {
      allowed: given['allow-straggler'] ?? [],
      allowedUnread: given['allow-unread'] ?? [],
      ask: null,
      given: await outgoingTokenFrom(process.stdin, given['outgoing-token-stdin']),
      mode: given['no-discover'] ? 'skip' : finds ? 'find' : 'refuse',
    },
    outgoing: id === undefined ? {description: given.description ?? (file.name || undefined)} : {id},
    probes: file.probes,
    ...known(file),
    scope: given['in-place'] ? undefined : (scope ?? file.scope),
    timeout: given.timeout,
    untrusted: file.trusting,
  }
}

/** Canaries alone: whatever else holds the token comes after them. */
function isOnlyCanaries({add = [], app = [], canary = [], file, github = [], infisical, overwrite = [], pipeline = []}: PlanFlags): boolean {
  return canary.length > 0 && file === undefined && infisical === undefined && [add, app, github, overwrite, pipeline].every(named => named.length === 0)
}

const known = ({programs}: KnownRotation) => (programs ? {programs} : {})

const nothing: KnownRotation = {
  trusting: null,
  actor: null, announce: {audit: [], notify: []}, consumers: [], every: null, expiresIn: undefined, name: '', probes: [], scope: undefined,
}

function scopeFrom(text: string | undefined): string[] | undefined {
  const scope = text?.split(',').map(name => name.trim()).filter(name => name !== '')
  if (scope?.length === 0) throw refused('ROTATE_SCOPE', '--scope needs a scope, e.g. --scope write-protected.', flag('--scope', 'read-protected,write-protected'))
  const unknown = scope?.find(name => !isScope(name))
  if (scope && unknown !== undefined) {
    const meant = nearest(unknown, scopes)
    const next = meant === null ? 'read-protected,write-protected' : scope.map(name => (name === unknown ? meant : name)).join(',')
    throw refused('ROTATE_SCOPE', `--scope ${unknown}: Heroku has no such scope. ${meant === null ? '' : `Did you mean ${meant}? `}There are ${scopes.join(', ')}.`, flag('--scope', next))
  }

  return scope
}

/** Consumers of a file that is not trusted, of which those that need trust are not asked. */
export function unasked({consumers, trusting}: Pick<KnownRotation, 'consumers' | 'trusting'>): Placed[] {
  const untrusted = new Set(trusting?.reaches.map(({by}) => by))
  const why = `not looked at: ${trusting?.path} is not trusted`
  return consumers.map(placed => (untrusted.has(consumer(placed.address).id) ? {...placed, unasked: why} : placed))
}

/** A null `trust` is for what asks nobody named in the file. `text` is its content where somebody has read it already. */
export async function rotationsIn(path: string, trust: null | Trust, text?: string): Promise<KnownRotation[]> {
  if (trust) return (await trustedIn(path, trust, text)).rotations
  return parsed(path, text ?? (await readText(absoluteOf(path), path)))
}

/** `isTrusted`: somebody has trusted this content, whether or not it needs that. */
export async function trustedIn(path: string, {given, store}: Trust, read?: string): Promise<{isTrusted: boolean; rotations: KnownRotation[]; trusting: Trusting}> {
  const absolute = absoluteOf(path)
  const text = read ?? (await readText(absolute, path))
  const rotations = await parsed(path, text)
  const trusting = await trustingOf(text, path, absolute, rotations.map(rotation => reachesOf(rotation)))
  if (given !== undefined && given !== trusting.digest) throw otherFile(trusting)
  const isKnown = given !== undefined || (await isTrusted(trusting, store))
  return {isTrusted: isKnown, rotations: rotations.map(rotation => ({...rotation, programs: trusting.programs, trusting: isKnown || trusting.reaches.length === 0 ? null : trusting})), trusting}
}

export const otherFile = ({digest, path}: Trusting) =>
  refused('ROTATE_UNTRUSTED', `${path} is not the file that --trust-file names: its SHA-256 is ${digest}.`, heroku('authorizations:rotate:trust', path))

async function parsed(path: string, text: string): Promise<KnownRotation[]> {
  const {parseRotationFile} = await import('../rotation-file/rotation-file.js')
  return parseRotationFile(text, path, absoluteOf(path), homedir()).map(rotation => ({...rotation, trusting: null}))
}

export async function fileRotation(path: string, description: string | undefined, trust: Trust, text?: string): Promise<KnownRotation> {
  const rotations = await rotationsIn(path, trust, text)
  const name = description === undefined ? undefined : parseDescription(description).name
  const matching = name === undefined ? rotations : rotations.filter(rotation => rotation.name === name)
  const [only] = matching
  if (only && matching.length === 1) return only
  const names = rotations.map(rotation => rotation.name)
  if (name !== undefined) throw refused('ROTATE_FILE', `${path} has no ${name}. It has: ${names.join(', ')}.`, flag('--description', names[0] ?? 'example-token'))
  throw refused('ROTATE_WHICH', `${path} has ${names.length} tokens: which one?`, names.map(one => flag('--description', one)))
}

function noConsumers() {
  return refused('ROTATE_NO_CONSUMERS', 'Nothing to update: you named no app, and --no-discover does not look for any.', [
    flag('--app', 'example-app'),
    flag('--file', 'rotation.yml'),
    todo('If only people or other machines use it: --no-consumers'),
  ], 'usage')
}
