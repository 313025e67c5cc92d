import {prompter} from '@heroku-cli/command/lib/prompter.js'
import * as z from 'zod'
import type {Person} from '../ports.js'
import {dayOf} from '../credentials/outgoing.js'
import {flag, heroku, refused, todo} from '../errors.js'
import {unless} from '../system/system-error.js'
import {forgetTyped} from '../system/typed-ahead.js'
import {listed} from '../text/count.js'
import {visible, visibleLines} from '../text/shown.js'

type Options = {
  actor: () => Promise<string>
  ask: (question: string) => Promise<boolean>
  isInteractive: boolean
  /** Leaves the screen to the work. */
  onScreen: <T>(work: () => Promise<T>) => Promise<T>
  /** Whether `--done` answers the task. */
  saidDone: (task: string) => boolean
  tell: (text: string) => void
}

export function operator({actor, ask, isInteractive, onScreen, saidDone, tell}: Options): Person {
  // Parallel consumers ask one after the other; after a question that nobody answers no more are put.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(put: () => Promise<T>): Promise<T> => {
    const next = last.then(() => onScreen(put))
    last = next
    return next
  }

  return {
    agrees: async question => (isInteractive ? inTurn(() => ask(visible(question))) : null),
    async confirms(task, instructions) {
      const name = task.slice(task.indexOf(':') + 1)
      if (saidDone(task)) return actor()
      if (!isInteractive) return null
      const isDone = await inTurn(async () => {
        tell(visibleLines(`\n${name}: ${instructions}\n`))
        return ask(`Is ${visible(name)} done?`)
      })
      return isDone ? actor() : null
    },
  }
}

type Asked = {
  /** What `--confirm` was given. */
  confirmed: string | undefined
  isInteractive: boolean
  /** The words that agree: the credential's name, or the authorization's id. */
  names: readonly string[]
  /** Colours the question. */
  style?: (text: string) => string
  /** Says what typing the name does. */
  to?: string
}

/** The person types the name of what is going to be replaced, or said it with `--confirm`. */
export async function confirm({confirmed, isInteractive, names, style = text => text, to = 'replace the token'}: Asked): Promise<void> {
  // Nothing typed agrees to nothing. What cannot be typed is typed as it is shown.
  const words = names.map(word => visible(word).trim()).filter(word => word !== '')
  const [name = ''] = words
  if (confirmed !== undefined) {
    if (words.includes(confirmed.trim())) return
    throw refused('ROTATE_CONFIRM', `--confirm says ${confirmed}, but this is ${name}.`, flag('--confirm', name))
  }

  if (!isInteractive) {
    throw refused('ROTATE_CONFIRM', 'There is no terminal to ask you on. Confirm with --confirm.', flag('--confirm', name))
  }

  await forgetTyped(process.stdin)
  const typed = await answer(z.string(), {message: style(visible(`To ${to}, type ${name}:`)), type: 'input'})
  if (words.includes(typed.trim())) return
  throw refused('ROTATE_CONFIRM', `That is not ${name}.`, todo(`Run the command again and type ${name}.`), 'failed')
}

/** A yes or no, no being the default, and Ctrl-C. */
export async function agrees(message: string): Promise<boolean> {
  return (await orLeave(says(message, false))) ?? false
}

/** Asks whether the rotation file is trusted as it is, and refuses it otherwise. */
export async function askTrust({path}: {path: string}): Promise<void> {
  if (!(await agrees(`Trust ${path} as it is?`))) throw refused('ROTATE_UNTRUSTED', `${path} is not trusted.`, heroku('authorizations:rotate:check', '--file', path))
}

/** A yes or no. Ctrl-C is neither, and ends the command. */
export async function says(message: string, isYes: boolean): Promise<boolean> {
  return answer(z.boolean(), {default: isYes, message: visible(message), type: 'confirm'})
}

const ROWS = 12

type Choice<T> = {name: string; value: T}

const among = <T>(choices: readonly Choice<T>[]) => z.custom<T>(chosen => choices.some(({value}) => value === chosen))

/** `notes` stand below the choices. */
export async function choose<T>(message: string, choices: readonly Choice<T>[], notes: readonly string[] = []): Promise<T> {
  const below = notes.map(note => ({separator: note, type: 'separator'}))
  return answer(among(choices), {choices: [...choices, ...below], loop: false, message, pageSize: ROWS + below.length, type: 'list'})
}

/** The values of the choices that are ticked; those that are `checked` are ticked to begin with. */
export async function chooseSome<T>(message: string, choices: readonly (Choice<T> & {checked: boolean})[]): Promise<T[]> {
  return answer(z.array(among(choices)), {choices: [...choices], loop: false, message, pageSize: ROWS, type: 'checkbox'})
}

export async function line(message: string): Promise<string> {
  return (await answer(z.string(), {message: visible(message), type: 'input'})).trim()
}

/** Asks which of several authorizations that are meant equally. */
export async function pickIssue(candidates: readonly {createdAt: string; description: string; id: string}[]): Promise<string> {
  const choices = candidates.map(({createdAt, description, id}) => ({name: visible(`${description}  ${id}  made ${dayOf(createdAt)}`), value: id}))
  return choose('Which authorization do you want to rotate?', choices, ['(heroku authorizations:rotate:discover ID shows what uses each)'])
}

/** A choice, and null for Ctrl-C. */
export async function chooseOrLeave<T>(message: string, choices: readonly Choice<T>[]): Promise<null | T> {
  await forgetTyped(process.stdin)
  return orLeave(choose(message, choices))
}

const orLeave = <T>(asked: Promise<T>): Promise<null | T> => unless(error => error instanceof Error && error.name === 'ExitPromptError', null, asked)

/** Asks which of several values is the outgoing token, told by where it is held. */
export async function whichToken({description}: {description: string}, candidates: readonly {fingerprint: string; places: readonly string[]}[]): Promise<string> {
  return choose(
    visible(`Which of these is the token of ${description}?`),
    candidates.map(({fingerprint, places}) => ({name: visible(`${listed(places, 3)}  (SHA-256 ${fingerprint})`), value: fingerprint})),
  )
}

/** Ctrl-C rejects with an ExitPromptError, which the command tells as an interrupt. */
async function answer<T>(schema: z.ZodType<T>, question: object): Promise<T> {
  return z.object({answer: schema}).parse(await prompter.prompt([{...question, name: 'answer'}])).answer
}
