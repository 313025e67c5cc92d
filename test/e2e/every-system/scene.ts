/** The plugin's real process, which dies or meets a fault on its way, with every system in a world that passes faster. */
import {mkdtempSync, rmSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import type {Armed, FaultKind, Match} from '../../sandbox/sandbox.js'

import {Files} from '../../matrix/files.js'
import {brokenInWorld, brokenOnDisk, brokenStory, type Ending, stateOf} from '../../matrix/laws.js'
import {realClock} from '../../sandbox/sandbox.js'
import {spawnPlugin} from '../../support/plugin-cli.js'
import {rotateFile} from './commands.js'
import {name, openSystems, type Systems} from './systems.js'

const speed = 5
const preload = fileURLToPath(new URL('../../matrix/preload.mjs', import.meta.url))

export type Way = 'resume' | 'rollback'

const servers = ['heroku', 'infisical', 'github'] as const
export type Server = (typeof servers)[number]

/** What strikes the first process: a fault, or its death, at the nth request to a server; or its death at its nth fsync. */
type Strike = {how: 'kept' | 'lost' | 'torn'; write: number} | {kind: FaultKind; request: number; server: Server; times?: number}

export type Point = {strike: Strike; way: Way}

export type Result = {exit: number | undefined; problems: string[]; struck: boolean; trace: string}

export type Counts = Record<Server, {all: string[]; beforePivot: number}> & {writes: {all: string[]; beforePivot: number}}

type Ran = {exit: number | undefined; killed: boolean; told: string}

async function inScene<T>(work: (systems: Systems, run: (args: readonly string[], strike?: Strike) => Promise<Ran & {fired: number}>, notes: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'file-matrix-'))
  const origin = Date.now()
  const systems = await openSystems(home, {clock: realClock(speed), within: 300})
  const notes = join(home, 'fsyncs')
  await writeFile(notes, '')
  try {
    return await work(systems, async (args, strike) => {
      const running = spawnPlugin(args, {
        env: {
          ...systems.env,
          HEROKU_API_KEY: systems.sandbox.sessionToken,
          MATRIX_CLOCK: `${origin},${speed}`,
          MATRIX_DIE: strike && 'write' in strike ? `${strike.how}:${strike.write}` : undefined,
          MATRIX_WRITES: notes,
          NODE_OPTIONS: `--import=${preload}`,
        },
        home,
      })
      for (const server of servers) Object.assign(serverOf(systems, server), {clientPid: running.pid})
      const armed = strike && 'kind' in strike ? arm(systems, strike) : undefined
      const {exitCode, signal, stderr, stdout} = await running.done
      armed?.disarm()
      return {exit: exitCode, fired: armed?.fired ?? 0, killed: signal === 'SIGKILL', told: `$ heroku ${args.join(' ')}\n${stdout}${stderr}=> ${signal ?? exitCode}`}
    }, notes)
  } finally {
    await systems.close()
    rmSync(home, {force: true, recursive: true})
  }
}

function serverOf({github, infisical, sandbox}: Systems, server: Server) {
  if (server === 'heroku') return sandbox
  if (server === 'infisical') return infisical
  if (!github) throw new Error('there is no gh')
  return github
}

function arm(systems: Systems, {kind, request, server, times = 1}: Extract<Strike, {kind: FaultKind}>): Armed {
  const {faults, log} = serverOf(systems, server)
  const match: Match = {n: log.length + request}
  return faults.arm({kind, match, times})
}

const rotate = (systems: Systems) => [...rotateFile(systems), '--done', 'operators']
const goOn = (way: Way) => [`authorizations:rotate:${way}`, '--done', 'operators']

/** What a rotation asks and fsyncs where nothing disturbs it. */
export function count(): Promise<Counts> {
  return inScene(async (systems, run, notes) => {
    const linesOf = async () => (await readFile(notes, 'utf8')).split('\n').slice(0, -1)
    const logs = servers.map(server => [server, serverOf(systems, server).log] as const)
    const atPivot = new Map<string, number>()
    let writes: Promise<string[]> | undefined
    systems.sandbox.faults.armRaw(({method}) => {
      if (method === 'DELETE') {
        for (const [server, {length}] of logs) atPivot.set(server, length)
        writes = linesOf()
      }

      return undefined
    })
    const {exit, told} = await run(rotate(systems))
    if (exit !== 0) throw new Error(`the rotation that nothing disturbs fails:\n${told}`)
    const of = (server: Server) => ({
      all: serverOf(systems, server).log.map(({method, path}) => `${method} ${path}`), beforePivot: atPivot.get(server) ?? 0,
    })
    return {
      github: of('github'), heroku: of('heroku'), infisical: of('infisical'), writes: {all: await linesOf(), beforePivot: (await writes)?.length ?? 0},
    }
  })
}

/** Strikes, goes on to the end as a person would who does what the commands say, and tells what is wrong then. */
export function runPoint({strike, way}: Point): Promise<Result> {
  return inScene(async (systems, run) => {
    const {home, sandbox, tokens} = systems
    const was = stateOf(sandbox)
    const before = systems.held()
    const files = Files.at(home)
    const first = await run(rotate(systems), strike)
    const runs: Ran[] = [first]
    const again = async (args: string[]) => {
      const ran = await run(args)
      runs.push(ran)
      return ran
    }

    const problems: string[] = []
    if (first.exit !== 0) {
      const {exit, told} = await again(goOn(way))
      const code = /Code: (ROTATE_\w+)/.exec(told)?.[1]
      const next = code === 'ROTATE_NONE' ? rotate(systems) : goOn('resume')
      const isOver = exit === 0 || (code === 'ROTATE_NONE' && files.outcomes.some(outcome => outcome !== null && outcome !== 'failed'))
      if (!isOver && (code === undefined || !['ROTATE_NONE', 'ROTATE_TOO_LATE'].includes(code))) problems.push(`${way} exits with ${exit}`)
      else if (!isOver && (await again(next)).exit !== 0) problems.push(`after ${code}, ${next[0]} fails`)
    }

    const ending: Ending = files.outcomes.includes('rolled-back') ? 'rolled-back' : 'completed'
    const incoming = sandbox.world.authorizations.findLast(({description}) => description.startsWith(name))?.description ?? ''
    const wrong = Object.entries(systems.held()).filter(([place, whose]) => whose !== (ending === 'completed' ? incoming : before[place]))
    const text = runs.map(({told}) => told).join('\n')
    problems.push(
      ...wrong.map(([place, whose]) => `${ending}, and ${place} has the token of ${whose}`),
      ...brokenInWorld(sandbox, was, ending),
      ...brokenOnDisk(files, sandbox),
      ...brokenStory(files, ending),
      ...([...tokens].some(token => text.includes(token)) ? ['a token was printed'] : []),
      ...(text.includes('ROTATE_UNEXPECTED') || /^\s+at .+:\d+:\d+\)?$/m.test(text) ? ['an error is not a typed one'] : []),
    )
    return {exit: first.exit, problems, struck: first.killed || first.fired > 0, trace: sandbox.world.scrub(text)}
  })
}

export function tell({strike, way}: Point, counts: Counts): string {
  if ('write' in strike) return `killed at fsync ${strike.write}, ${strike.how} (${counts.writes.all[strike.write - 1]?.replace(/.*authorizations-rotate\//, '')}), then ${way}`
  const {kind, request, server, times = 1} = strike
  return `${kind}${times > 1 ? ' from then on' : ''} at request ${request} to ${server} (${counts[server].all[request - 1]}), then ${way}`
}
