import type {Sandbox} from '../sandbox/sandbox.js'
import type {Command} from './in-process.js'
import type {Death, SceneOptions} from './scene.js'

import {Files} from './files.js'
import {openPlatform, openStage} from './in-process.js'
import {brokenByRestarts, brokenInWorld, brokenOnDisk, brokenStory, type Ending, readableTokens, stateOf, watchCreates} from './laws.js'
import {Machine} from './machine.js'
import {DRAIN, openScene, rotateCommand, world} from './scene.js'

export type Way = 'resume' | 'rollback'

/** The rotation dies at the first, what goes on with it at the others; then it goes on to its end. */
export type Point = {deaths: readonly Death[]; session?: NonNullable<SceneOptions['session']>; way: Way}

/** `reached` is false where a process had ended before it was to die. */
export type PointResult = {problems: string[]; reached: boolean; trace: string}

type Ran = {code: string | undefined; died: boolean; exit: number | string | undefined; told: string}

/** Where a rotation dies: the real process on the real disk, or the plugin's code in this one, in virtual time. */
export type Setting = {
  close(): Promise<void>
  readonly files: Files
  run(command: Command, death?: Death): Promise<Ran>
  sandbox: Sandbox
  /** The paths that were fsynced so far. */
  synced(): readonly string[]
}

export type Open = (session: NonNullable<SceneOptions['session']>) => Promise<Setting>

export const openReal: Open = async session => {
  const {close, home, run, sandbox, writes} = await openScene({session})
  return {
    close,
    files: Files.at(home),
    async run(command, death) {
      const {exitCode, signal, stderr, stdout} = await run(command === 'rotate' ? rotateCommand() : [`authorizations:rotate:${command}`], death ? {death} : {})
      return {code: /Code: (ROTATE_\w+)/.exec(stderr)?.[1], died: signal === 'SIGKILL', exit: signal ?? exitCode, told: stdout + stderr}
    },
    sandbox,
    synced: writes,
  }
}

export const openVirtual: Open = async session => {
  const machine = new Machine()
  const stage = openStage(openPlatform(world), {drain: DRAIN, machine, session})
  return {
    async close() {
      machine.close()
    },
    get files() {
      return stage.files
    },
    async run(command, death) {
      const {code, exit, told} = await stage.run(command, {death})
      return {code: code ?? undefined, died: exit === 'died', exit, told}
    },
    sandbox: stage.sandbox,
    synced: () => machine.synced,
  }
}

export async function runPoint({deaths, session = 'login', way}: Point, open: Open): Promise<PointResult> {
  const setting = await open(session)
  const {sandbox} = setting
  const runs: (Ran & {command: Command})[] = []
  const run = async (command: Command, death?: Death) => {
    const ran = await setting.run(command, death)
    runs.push({...ran, command})
    return ran
  }

  try {
    const was = stateOf(sandbox)
    const creates = watchCreates(sandbox)
    let reached = true
    for (const [index, death] of deaths.entries()) {
      const {died} = await run(index === 0 ? 'rotate' : way, death)
      reached &&= died
    }

    const readable = readableTokens(setting.files, sandbox)
    // What a rollback left when it died is gone on with by resume, in its direction.
    const problems = await end(deaths.length > 1 ? 'resume' : way)
    return {problems: [...readable, ...problems, ...creates, ...printed()], reached, trace: trace()}

    /** Goes on to the end, as a person would who does what the commands say, and tells what is wrong then. */
    async function end(last: Way): Promise<string[]> {
      const hadEnded = setting.files.outcomes.some(outcome => outcome !== null)
      const wrote = sandbox.log.some(({method}) => method !== 'GET')
      const {code, exit} = await run(last)

      if (code === 'ROTATE_NONE') {
        if (!hadEnded && wrote) return ['nothing is in flight, and something was written']
        if (!hadEnded && (await run('rotate')).exit !== 0) return ['run again, the rotation fails']
      } else if (code === 'ROTATE_TOO_LATE') {
        if ((await run('resume')).exit !== 0) return ['after a rollback that came too late, resume fails']
      } else if (exit !== 0) {
        return [`${last} exits with ${exit}`]
      }

      const {files} = setting
      const ending: Ending = files.outcomes.includes('rolled-back') ? 'rolled-back' : 'completed'
      const isExpected = code !== undefined || runs.length > 2 || (ending === 'rolled-back') === (last === 'rollback')
      return [
        ...(isExpected ? [] : [`${last} has ${ending}`]),
        ...brokenInWorld(sandbox, was, ending),
        ...brokenByRestarts(sandbox, was, ending),
        ...brokenOnDisk(files, sandbox),
        ...brokenStory(files, ending),
      ]
    }
  } finally {
    await setting.close()
  }

  function printed(): string[] {
    const text = runs.map(({told}) => told).join('')
    return sandbox.world.scrub(text) === text ? [] : ['a token was printed']
  }

  function trace(): string {
    const {files} = setting
    const tell = (entry: unknown) => sandbox.world.scrub(JSON.stringify(entry))
    return [
      ...runs.map(({command, exit, told}) => `$ ${command}\n${sandbox.world.scrub(told)}\n=> ${exit}`),
      ...sandbox.log.filter(({fault, method}) => fault !== undefined || method !== 'GET').map(entry => tell(entry)),
      ...files.journals.flatMap(({id, records}) => [`journal ${id}`, ...records.filter(({type}) => type !== 'opened').map(record => tell(record))]),
      ...files.all.map(({path}) => path),
    ].join('\n')
  }
}
