import type {Config} from '@oclif/core/interfaces'
import type {Context} from '../context.js'
import type {Failed} from '../rotation/engine/close.js'
import type {Rotation} from '../rotation/rotation.js'
import {isOurs, type Next, type RotationError, textOf, toResume} from '../errors.js'
import {canRollBack} from '../rotation/engine/rescue.js'
import {count} from '../text/count.js'
import {visible} from '../text/shown.js'
import {chooseOrLeave} from './operator.js'

type Command = Extract<Next, {command: unknown}>

type Decision = 'again' | 'back' | 'leave'

type OnFailure = (rotation: Rotation, error: RotationError) => Promise<RotationError>

export type Work = (rotations: readonly Rotation[], onFailure: OnFailure) => Promise<Failed>

type OrAgain = (rotation: Rotation, error: RotationError, tryAgain: () => void) => Promise<RotationError>

/** Works on those that have failed once more, as often as a person says so. */
export async function untilDecided(rotations: readonly Rotation[], work: Work, decided: OrAgain): Promise<Failed> {
  let isAgain = false
  const onFailure: OnFailure = (rotation, error) => decided(rotation, error, () => {
    isAgain = true
  })
  const failed = await work(rotations, onFailure)
  while (isAgain) {
    isAgain = false
    const open = rotations.filter(rotation => failed.has(rotation) && rotation.state.closed === null)
    for (const rotation of open) {
      // Somebody may have changed apps since they were read.
      rotation.reads.clear()
      failed.delete(rotation)
    }

    for (const [rotation, error] of await work(open, onFailure)) failed.set(rotation, error)
  }

  return failed
}

type Choice = {name: string; value: Command | Decision}

/** Commands of the CLI that only look, and what they show. */
const SHOWN: Readonly<Record<string, string>> = {logs: 'the log', ps: 'the dynos', 'releases:output': 'the output of the release'}

type Asked = {
  error: RotationError
  rotation: Rotation
  /** Runs a command of the CLI; false where it cannot be run here. */
  run(command: Command): Promise<boolean>
  tell(text: string): void
}

/** A person decides with the facts on the screen, and may look first. */
export async function decide({error, rotation, run, tell}: Asked): Promise<Decision> {
  const choices = choicesOf(rotation, error)
  tell(`\n${situation(rotation, error)}\n`)
  for (;;) {
    const answer = (await chooseOrLeave('What now?', choices)) ?? 'leave'
    if (typeof answer === 'string') return answer
    if (!(await run(answer))) tell(`Type it in another terminal:  ${visible(textOf(answer))}\n`)
  }
}

/**
 * The plugin has none of these commands, and without the rest of the CLI they are missing. The hooks of the CLI are left out:
 * they start programs, which would get the session.
 */
export async function shows(config: Config, {command: [id, ...words]}: Command, lend: Context['lend'] = work => work()): Promise<boolean> {
  const found = config.findCommand(id)
  if (!found) return false
  try {
    const loaded = await found.load()
    await lend(() => loaded.run([...words], config))
    return true
  } catch {
    return false
  }
}

/** Only where the rotation is still open, so that there is something to decide. */
export const canDecide = ({state}: Rotation, error: RotationError): boolean =>
  error.exit === 'incomplete' && state.closed === null && state.direction === 'forward' && error.code !== 'ROTATE_MANUAL' && error.code !== 'ROTATE_APPROVAL'

function choicesOf(rotation: Rotation, error: RotationError): Choice[] {
  const look = lookIn(error)
  return [
    ...(look ? [{name: `Show ${SHOWN[look.command[0]]}  (${visible(textOf(look))})`, value: look}] : []),
    {name: 'Try again', value: 'again'},
    ...(canRollBack(rotation) ? [{name: rollBackText(rotation), value: 'back' as const}] : []),
    {name: `Leave it as it is  (go on later with ${textOf(toResume(rotation.id))})`, value: 'leave'},
  ]
}

function situation({plan, state}: Rotation, {happened, now}: RotationError): string {
  const bothWork = !plan.inPlace && state.pivotingAt === null && state.incoming !== null
  return `${happened} ${bothWork ? 'The old and the new token both work.' : (now ?? '')}`.trim()
}

/** The consumers that a rollback has still to give back what they had. */
export const givenBack = ({plan, state}: Rotation) =>
  plan.consumers.filter(({id}) => !['gone', 'left', 'restored', 'untouched'].includes(state.consumers.get(id)?.status ?? 'untouched'))

function rollBackText(rotation: Rotation): string {
  const written = givenBack(rotation)
  const isApps = written.every(({kind}) => kind === 'heroku-config')
  return written.length === 0 ? 'Roll back  (nothing uses the new token yet)' : `Roll back ${count(written.length, isApps ? 'app' : 'place')}`
}

const lookIn = ({steps}: RotationError): Command | undefined => steps.find((step): step is Command => 'command' in step && !isOurs(step) && SHOWN[step.command[0]] !== undefined)
