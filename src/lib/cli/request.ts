import {homedir} from 'node:os'
import {resolve} from 'node:path'
import type {FileRotation} from '../rotation-file/rotation-file.js'
import type {Request} from '../rotation/planning/make-plan.js'
import {parseDescription} from '../credentials/description.js'
import {flag, heroku, refused, todo} from '../errors.js'
import {isScope, scopes} from '../heroku/scopes.js'
import {readText} from '../rotation-file/read-text.js'
import {consumersFrom, type Given, refuseTwice, withMeant} from './flags/consumers.js'
import {outgoingTokenFrom} from './flags/discover.js'

export type PlanFlags = Given & {
  add?: string[] | undefined
  actor?: string | undefined
  'allow-straggler'?: string[] | undefined
  'allow-unread'?: string[] | undefined
  concurrency: number
  description?: string | undefined
  drain?: number | undefined
  'drain-timeout': number
  'expires-in'?: number | undefined
  file?: string | undefined
  'ignore-one-off': boolean
  'in-place'?: boolean
  'no-consumers': boolean
  'no-discover': boolean
  'outgoing-token-stdin': boolean
  overwrite?: string[] | undefined
  scope?: string | undefined
  timeout: number
}

export function refuseBoth(command: string, id: string | undefined, description: string | undefined): void {
  if (id === undefined || description === undefined) return
  throw refused('ROTATE_WHICH', 'An authorization is named by its ID or by its description, not by both.', heroku(command, id))
}

export async function requestFrom(id: string | undefined, given: PlanFlags): Promise<Request> {
  refuseBoth('authorizations:rotate', id, given.description)
  return requestWith(given.file === undefined ? nothing : await fileRotation(given.file, given.description), given, id)
}

export async function requestWith(file: FileRotation, given: PlanFlags, id?: string): Promise<Request> {
  const scope = scopeFrom(given.scope)
  const named = consumersFrom(given)
  refuseTwice(named, file.consumers)
  const consumers = withMeant([...file.consumers, ...named], given)
  const finds = consumers.length === 0 && !given['no-consumers']
  if (finds && given['no-discover']) throw noConsumers()
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
    scope: given['in-place'] ? undefined : (scope ?? file.scope),
    timeout: given.timeout,
  }
}

const nothing: FileRotation = {
  actor: null, announce: {audit: [], notify: []}, consumers: [], every: null, expiresIn: undefined, name: '', probes: [], scope: undefined,
}

function scopeFrom(text: string | undefined): string[] | undefined {
  const scope = text?.split(',').map(name => name.trim()).filter(name => name !== '')
  if (scope?.length === 0) throw refused('ROTATE_SCOPE', '--scope names no scope.', flag('--scope', 'read-protected,write-protected'))
  const unknown = scope?.find(name => !isScope(name))
  if (unknown !== undefined) throw refused('ROTATE_SCOPE', `--scope ${unknown}: Heroku has no such scope. There are ${scopes.join(', ')}.`, flag('--scope', 'read-protected,write-protected'))
  return scope
}

export async function rotationsIn(path: string): Promise<FileRotation[]> {
  const absolute = resolve(path.replace(/^~(?=\/|$)/, homedir()))
  const {parseRotationFile} = await import('../rotation-file/rotation-file.js')
  return parseRotationFile(await readText(absolute, path), path, absolute, homedir())
}

export async function fileRotation(path: string, description: string | undefined): Promise<FileRotation> {
  const rotations = await rotationsIn(path)
  const name = description === undefined ? undefined : parseDescription(description).name
  const matching = name === undefined ? rotations : rotations.filter(rotation => rotation.name === name)
  const [only] = matching
  if (only && matching.length === 1) return only
  const names = rotations.map(rotation => rotation.name)
  if (name !== undefined) throw refused('ROTATE_FILE', `${path} says nothing of ${name}; it names ${names.join(', ')}.`, flag('--description', names[0] ?? 'example-token'))
  throw refused('ROTATE_WHICH', `${path} names ${names.length} credentials.`, names.map(one => flag('--description', one)))
}

function noConsumers() {
  return refused('ROTATE_NO_CONSUMERS', 'Nothing that holds the token was named, and --no-discover looks for nothing.', [
    heroku('authorizations:rotate', '--description', 'example-token', '--app', 'example-app'),
    heroku('authorizations:rotate', '--description', 'example-token', '--canary', 'example-app-staging', '--app', 'example-app:HEROKU_API_KEY,OTHER_KEY'),
    heroku('authorizations:rotate', '--description', 'example-token', '--file', 'rotation.yml'),
    todo('For a token that only people and machines outside use: --no-consumers'),
  ], 'usage')
}
