import {inspect} from 'node:util'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'
import type {Ran, RunOptions} from '../../../../../src/lib/ports.js'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {PlatformApi} from '../../../../../src/lib/heroku/platform-api.js'
import {secondFactor} from '../../../../../src/lib/heroku/second-factor.js'
import {Transport} from '../../../../../src/lib/heroku/transport.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {createInfisical, type Infisical, type InfisicalOptions} from '../../../../sandbox/infisical/infisical.js'
import {createSandbox, virtualClock} from '../../../../sandbox/sandbox.js'

type Parts = Omit<InfisicalOptions, 'clock' | 'secrets' | 'world'> & {
  /** What HEROKU_API_KEY holds; default: the outgoing token; null for no such secret. */
  holds?: null | string
}

type Child = (command: readonly string[], options: RunOptions) => Promise<Ran>

/** An Infisical that holds the outgoing token, and two live tokens. */
export function settingWith({holds, ...options}: Parts = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({authorizations: [{description: 'outgoing'}, {description: 'incoming'}], clock})
  const tokenOf = (description: string) => sandbox.world.authorization(description)?.token ?? ''
  const outgoing = tokenOf('outgoing')
  const value = holds === undefined ? outgoing : holds
  const infisical = createInfisical({...options, clock, secrets: value === null ? [] : [{value}], world: sandbox.world})
  const {tokens} = infisical.credentials

  const access = (changes: Partial<Access> = {}): Access =>
    accessWith({clock, env: {INFISICAL_TOKEN: tokens.identity}, fetch: (url, init) => infisical.fetch(url, init), ...changes})
  const at = adapter.address.parse({environment: 'prod', kind: 'infisical', project: infisical.project})
  const incoming = new Secret(tokenOf('incoming'))
  return {
    access,
    at,
    clock,
    give: (secret: null | Secret = incoming, changes: Partial<Access> = {}) => adapter.write(at, new Map([[at.secret, secret]]), access(changes)),
    incoming,
    infisical,
    outgoing: new Secret(outgoing),
    /** Everything that must appear nowhere. */
    secrets: [outgoing, tokenOf('incoming'), infisical.credentials.client.secret, ...Object.values(tokens)],
    world: sandbox.world,
  }
}

/** What an adapter may use; `api` reaches nobody. */
export function accessWith(parts: Partial<Access> & Pick<Access, 'clock' | 'fetch'>): Access {
  const signal = parts.signal ?? new AbortController().signal
  const transport = new Transport({
    baseUrl: 'https://api.heroku.test',
    clock: parts.clock,
    deadlineMs: 1,
    fetch: () => Promise.reject(new Error('no Heroku here')),
    headers: {},
    random: {bytes: count => new Uint8Array(count), number: () => 0},
    signal,
  })
  return {
    api: new PlatformApi(secondFactor(transport, () => Promise.reject(new Error('no terminal'))), new Secret('none')),
    env: {},
    home: '/home/operator',
    lookup: async () => [],
    person: {agrees: async () => null, confirms: async () => null},
    progress() {},
    resumed: false,
    run: noPrograms,
    signal,
    timeoutMs: 0,
    ...parts,
  }
}

const noPrograms: Child = ([name = '']) => Promise.reject(Object.assign(new Error(`${name}: no such program`), {code: 'ENOENT'}))

/** Every way in which an error could be shown. */
export function everythingOf(error: Error): string {
  return [error.message, error.stack, JSON.stringify(error), inspect(error, {depth: 9, showHidden: true})].join('\n')
}

export const calls = ({log}: Infisical) => log.map(({method, path, status}) => `${method} ${path.split('/')[2] ?? ''} ${status}`)
