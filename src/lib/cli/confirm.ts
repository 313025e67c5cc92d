import {prompter} from '@heroku-cli/command/lib/prompter.js'
import {z} from 'zod'

import {RotationError, usage} from '../errors.js'
import {listed} from '../text/count.js'

type Asked = {
  /** What `--confirm` was given. */
  confirmed: string | undefined
  isInteractive: boolean
  /** The words that agree: the credential's name, or the authorization's id. */
  names: readonly string[]
  /** What is going to be replaced. */
  what?: string
}

const answerSchema = z.object({name: z.string()})

/** The person types the name of what is going to be replaced, or said it with `--confirm`. */
export async function confirm({confirmed, isInteractive, names, what = 'the token'}: Asked): Promise<void> {
  const [name = ''] = names
  if (confirmed !== undefined) {
    if (names.includes(confirmed)) return
    throw usage('ROTATE_CONFIRM', `--confirm says ${confirmed}, the rotation is of ${name}.`, `--confirm ${name}`)
  }

  if (!isInteractive) {
    throw usage('ROTATE_CONFIRM', 'There is no terminal to ask on, so the rotation has to be confirmed on the command line.', `--confirm ${name}`)
  }

  const answer = await typed(name, what)
  if (names.includes(answer.trim())) return
  throw new RotationError('ROTATE_CONFIRM', `That is not ${name}.`, {next: `Run the command again and type ${name}.`, now: 'Nothing was changed.'})
}

async function typed(name: string, what: string): Promise<string> {
  try {
    return answerSchema.parse(await prompter.prompt([{message: `To replace ${what}, type ${name}:`, name: 'name', type: 'input'}])).name
  } catch (error) {
    // Ctrl-C at the prompt.
    if (!isExitPrompt(error)) throw error
    throw new RotationError('ROTATE_INTERRUPTED', 'Interrupted.', {exit: 'interrupted', next: 'Run the command again.', now: 'Nothing was changed.'})
  }
}

/** A yes or no, no being the default. */
export async function agrees(message: string): Promise<boolean> {
  try {
    return z.object({yes: z.boolean()}).parse(await prompter.prompt([{default: false, message, name: 'yes', type: 'confirm'}])).yes
  } catch (error) {
    // Ctrl-C is no.
    if (!isExitPrompt(error)) throw error
    return false
  }
}

export async function choose(message: string, choices: readonly {name: string; value: string}[]): Promise<string> {
  return z.object({value: z.string()}).parse(await prompter.prompt([{choices: [...choices], message, name: 'value', type: 'list'}])).value
}

/** Which of several values is the outgoing token, told by where it is held. */
export async function whichToken({description}: {description: string}, candidates: readonly {fingerprint: string; places: readonly string[]}[]): Promise<string> {
  return choose(
    `Which of these is the token of ${description}?`,
    candidates.map(({fingerprint, places}) => ({
      name: `${listed(places, 3)}  (SHA-256 ${fingerprint})`,
      value: fingerprint,
    })),
  )
}

function isExitPrompt(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExitPromptError'
}
