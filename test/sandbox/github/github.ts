import sodium from 'libsodium-wrappers'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Clock} from '../clock/clock.js'
import type {ApiRequest, Outcome} from '../http/exchange.js'
import type {GitHubOptions, Rights} from './options.js'
import type {Run} from './runs.js'

import {realClock} from '../clock/real-clock.js'
import {type FaultKind, Faults} from '../faults.js'
import {listen} from '../http/node-server.js'
import {Hub, type Place} from './hub.js'
import {answer} from './route.js'
import {operatorLogin, respond} from './routes.js'

export type {GitHubOptions} from './options.js'

/** One request that gh made; neither bodies nor headers are kept. */
type GitHubRequest = {
  /** Whether it was done, even if gh never heard of it. */
  applied: boolean
  fault?: string
  method: string
  n: number
  path: string
  query: string
  /** What was answered; 0 when nothing was. */
  status: number
}

export type GitHub = {
  /** Who gets the SIGKILL of a kill fault. */
  clientPid?: number | undefined
  close(): Promise<void>
  /** What has to be in the environment of the real gh; writes its configuration into the directory. */
  env(directory: string): Promise<{GH_CONFIG_DIR: string; GH_TOKEN: string}>
  readonly faults: Faults
  readonly log: readonly GitHubRequest[]
  /** Called instead of killing a process. */
  onKill?: ((request: GitHubRequest) => void) | undefined
  readonly rights: Rights
  runs(repository: string): readonly Run[]
  secret(place: Place, name: string): null | string
  /** Somebody else sets one by hand. */
  setSecret(place: Place, name: string, value: string): void
  /** Something happens that starts a workflow; default: a push. */
  startRun: Hub['startRun']
  visibility(place: Place, name: string): null | {repositories: readonly number[]; visibility: null | string}
  watch: Hub['watch']
}

/** GitHub as the real gh sees it, on a unix socket. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const clock: Clock = options.clock ?? realClock()
  await sodium.ready
  const directory = await mkdtemp(join(tmpdir(), 'github-'))
  const socket = join(directory, 'gh.sock')
  const hub = new Hub(options, clock)
  const faults = new Faults()
  const log: GitHubRequest[] = []

  const handle = async (request: ApiRequest): Promise<Outcome> => {
    const {method, path, query} = request
    const entry: GitHubRequest = {applied: false, method, n: log.length + 1, path, query, status: 0}
    log.push(entry)
    const fault = faults.strike({body: '', method, n: entry.n, path})
    if (fault !== undefined) entry.fault = typeof fault === 'string' ? fault : 'raw'
    const apply = () => {
      const reply = answer(respond(request, hub), hub.now)
      entry.applied = reply.status < 400
      return reply
    }

    const outcome = typeof fault === 'object' ? {answer: {...answer({}, hub.now), ...fault}, kind: 'answer' as const} : struck(fault, apply, hub.now)
    if (outcome.kind === 'killed') kill(github, entry)
    entry.status = outcome.kind === 'answer' ? outcome.answer.status : 0
    return outcome
  }

  const server = await listen(socket, handle)
  let isOpen = true
  const github: GitHub = {
    async close() {
      if (!isOpen) return
      isOpen = false
      await server.close()
      await rm(directory, {force: true, recursive: true})
    },
    async env(config) {
      await mkdir(config, {recursive: true})
      await writeFile(join(config, 'config.yml'), `http_unix_socket: ${socket}\n`)
      return {GH_CONFIG_DIR: config, GH_TOKEN: operatorLogin}
    },
    faults,
    log,
    rights: hub.rights,
    runs: name => hub.repository(name).runs.all,
    secret: (place, name) => hub.vault(place).find(name)?.value ?? null,
    setSecret(place, name, value) {
      const vault = hub.vault(place)
      vault.set(name, {repositories: [], visibility: null, ...vault.find(name), value}, hub.now)
      hub.changed()
    },
    startRun: (...run) => hub.startRun(...run),
    visibility: (place, name) => hub.vault(place).find(name) ?? null,
    watch: (...watched) => hub.watch(...watched),
  }
  return github
}

function struck(fault: FaultKind | undefined, apply: () => ReturnType<typeof answer>, now: number): Outcome {
  if (fault === 'hang') return {kind: 'silence'}
  if (fault === 'kill-before') return {kind: 'killed'}
  if (fault === 'reset-before') return {kind: 'reset'}
  const status = fault === undefined ? Number.NaN : Number.parseInt(fault, 10)
  const failure = {answer: answer({body: {message: 'Server Error'}, status}, now), kind: 'answer' as const}
  if (status > 0 && !fault?.endsWith('-after')) return failure
  const reply = apply()
  if (status > 0) return failure
  if (fault === 'hang-after') return {kind: 'silence'}
  if (fault === 'kill-after') return {kind: 'killed'}
  if (fault === 'reset-after') return {kind: 'reset'}
  if (fault === 'malformed-json') return {answer: {...reply, body: '{"id": '}, kind: 'answer'}
  return {answer: fault === 'wrong-shape' ? {...reply, body: '[]'} : reply, kind: 'answer'}
}

function kill({clientPid, onKill}: GitHub, request: GitHubRequest): void {
  if (onKill) onKill(request)
  else if (clientPid === undefined) throw new Error('a kill fault struck, but the sandbox of GitHub has neither clientPid nor onKill')
  else process.kill(clientPid, 'SIGKILL')
}
