import type {FaultKind} from '../sandbox/sandbox.js'
import type {Command, Stage} from './in-process.js'

import {type Endpoint, matchOf} from './endpoints.js'
import {openStage} from './in-process.js'
import {type Before, brokenInWorld, brokenOnDisk, brokenStory, type Ending, stateOf, watchCreates} from './laws.js'

export const kinds: readonly FaultKind[] = [
  'reset-before', 'reset-after', '500', '500-after', '503', '503-after', '429', 'hang', 'hang-after', 'malformed-json', 'wrong-shape',
]

/** Those that differ where nothing is done. */
export const kindsOfReads: readonly FaultKind[] = ['reset-before', '503', '429', 'hang', 'malformed-json', 'wrong-shape']

/** Brings a rotation to where the command goes on with it; answers nothing where it is to be started. */
export type Prepare = (stage: Stage) => Promise<void>

export type FaultPoint = {
  /** What the fault strikes. */
  command: Command
  endpoint: Endpoint
  kind: FaultKind
  prepare: Prepare
  /** Which use of the endpoint; `all` for as long as the command runs. */
  use: 'all' | number
}

export type FaultResult = {problems: string[]; stopped: boolean; struck: boolean; trace: string}

export async function runFaultPoint({command, endpoint, kind, prepare, use}: FaultPoint): Promise<FaultResult> {
  const stage = openStage()
  const {sandbox} = stage
  const was = stateOf(sandbox)
  const creates = watchCreates(sandbox)
  await prepare(stage)
  const match = matchOf(endpoint)
  const armed = sandbox.faults.arm(use === 'all' ? {kind, match, times: Infinity} : {kind, match: {...match, nth: use}})
  const {exit} = await stage.run(command)
  armed.disarm()
  return {problems: [...await end(stage, was), ...creates], stopped: exit !== 0, struck: armed.fired > 0, trace: traceOf(stage)}
}

/** Goes on to the end in a world that is well again, and tells what is wrong then. */
async function end(stage: Stage, was: Before): Promise<string[]> {
  const {files, runs, sandbox} = stage
  const last = runs.at(-1)
  if (!last) return ['nothing was run']
  const {code, command, exit} = last
  if (code === 'ROTATE_UNEXPECTED') return ['the error is not a typed one']

  if (command === 'rotate' && exit === 1) {
    const changed = [...brokenInWorld(sandbox, was, 'rolled-back'), ...brokenOnDisk(files, sandbox)]
    if (changed.length > 0) return ['exit code 1, and something is changed', ...changed]
    if ((await stage.run('rotate')).exit !== 0) return ['run again, the rotation fails']
  } else if (exit === 3 || exit === 1) {
    if ((await stage.run('resume')).exit !== 0) return ['resume fails']
  } else if (exit !== 0) {
    return [`exit code ${exit}`]
  }

  const ending: Ending = files.outcomes.includes('rolled-back') ? 'rolled-back' : 'completed'
  return [...brokenInWorld(sandbox, was, ending), ...brokenOnDisk(files, sandbox), ...brokenStory(files, ending), ...told(stage)]
}

function told({runs, sandbox}: Stage): string[] {
  const text = runs.map(run => run.told).join('\n')
  return sandbox.world.scrub(text) === text ? [] : ['a token was told']
}

function traceOf({files, runs, sandbox}: Stage): string {
  const tell = (entry: unknown) => sandbox.world.scrub(JSON.stringify(entry))
  return [
    ...runs.map(run => `$ ${run.command}\n${run.told}\n=> ${run.exit} ${run.code ?? ''}`),
    ...sandbox.log.filter(({fault, method}) => fault !== undefined || method !== 'GET').map(entry => tell(entry)),
    ...files.journals.flatMap(({id, records}) => [`journal ${id}`, ...records.filter(({type}) => type !== 'opened').map(record => tell(record))]),
  ].join('\n')
}
