import type {Before, Ending} from './laws.js'
import type {Death, Scene, SceneOptions} from './scene.js'

import {Files} from './files.js'
import {brokenByRestarts, brokenInWorld, brokenOnDisk, brokenStory, readableTokens, stateOf, watchCreates} from './laws.js'
import {openScene, rotateCommand} from './scene.js'

export type Way = 'resume' | 'rollback'

/** The rotation dies at the first, what goes on with it at the others; then it goes on to its end. */
export type Point = {deaths: readonly Death[]; session?: NonNullable<SceneOptions['session']>; way: Way}

/** `reached` is false where a process had ended before it was to die. */
export type PointResult = {problems: string[]; reached: boolean; trace: string}

const goOn = (way: Way) => [`authorizations:rotate:${way}`]

export async function runPoint({deaths, session = 'login', way}: Point): Promise<PointResult> {
  const scene = await openScene({session})
  try {
    const was = stateOf(scene.sandbox)
    const creates = watchCreates(scene.sandbox)
    let reached = true
    for (const [index, death] of deaths.entries()) {
      const {signal} = await scene.run(index === 0 ? rotateCommand() : goOn(way), {death})
      reached &&= signal === 'SIGKILL'
    }

    const readable = readableTokens(Files.at(scene.home), scene.sandbox)
    // What a rollback left when it died is gone on with by resume, in its direction.
    const problems = await end(scene, deaths.length > 1 ? 'resume' : way, was)
    return {problems: [...readable, ...problems, ...creates, ...printed(scene)], reached, trace: traceOf(scene)}
  } finally {
    await scene.close()
  }
}

/** Goes on to the end, as a person would who does what the commands say, and tells what is wrong then. */
async function end(scene: Scene, way: Way, was: Before): Promise<string[]> {
  const {sandbox} = scene
  const files = Files.at(scene.home)
  const hadEnded = files.outcomes.some(outcome => outcome !== null)
  const wrote = sandbox.log.some(({method}) => method !== 'GET')
  const {exitCode, stderr} = await scene.run(goOn(way))
  const code = /Code: (ROTATE_\w+)/.exec(stderr)?.[1]

  if (code === 'ROTATE_NONE') {
    if (!hadEnded && wrote) return ['nothing is in flight, and something was written']
    if (!hadEnded && (await scene.run(rotateCommand())).exitCode !== 0) return ['run again, the rotation fails']
  } else if (code === 'ROTATE_TOO_LATE') {
    if ((await scene.run(goOn('resume'))).exitCode !== 0) return ['after a rollback that came too late, resume fails']
  } else if (exitCode !== 0) {
    return [`${way} exits with ${exitCode}`]
  }

  const ending: Ending = files.outcomes.includes('rolled-back') ? 'rolled-back' : 'completed'
  const isExpected = code !== undefined || scene.runs.length > 2 || (ending === 'rolled-back') === (way === 'rollback')
  return [
    ...(isExpected ? [] : [`${way} has ${ending}`]),
    ...brokenInWorld(sandbox, was, ending),
    ...brokenByRestarts(sandbox, was, ending),
    ...brokenOnDisk(files, sandbox),
    ...brokenStory(files, ending),
  ]
}

function printed({runs, sandbox}: Scene): string[] {
  const text = runs.map(({stderr, stdout}) => stdout + stderr).join('')
  return sandbox.world.scrub(text) === text ? [] : ['a token was printed']
}

function traceOf({home, runs, sandbox}: Scene): string {
  const files = Files.at(home)
  const tell = (entry: unknown) => sandbox.world.scrub(JSON.stringify(entry))
  return [
    ...runs.map(({command, exitCode, signal, stderr}) => `$ heroku ${command}\n${stderr}=> ${signal ?? exitCode}`),
    ...sandbox.log.filter(({fault, method}) => fault !== undefined || method !== 'GET').map(entry => tell(entry)),
    ...files.journals.flatMap(({id, records}) => [`journal ${id}`, ...records.filter(({type}) => type !== 'opened').map(record => tell(record))]),
    ...files.all.map(({path}) => path),
  ].join('\n')
}
