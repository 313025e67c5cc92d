import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'

import type {Terminal} from './cli-process.js'

import {exampleAccount} from '../sandbox/example-account.js'
import {realClock, type Sandbox, startSandbox} from '../sandbox/sandbox.js'
import {pluginTerminal} from './plugin-cli.js'

export type Step = {exitCode: number; words: string[]} | {file: string; text: string}

/**
 * What a reader of the page does: writes the files of its `yaml NAME` blocks, and types the lines of its `sh` blocks. A line
 * that ends with another code than 0 says so behind it: `# exit code 4`.
 */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```(?:sh|yaml (\S+))\n([\s\S]*?)^```$/gm)].flatMap(([, file, text = '']): Step[] => {
    if (file !== undefined) return [{file, text}]
    return text.replaceAll(/\\\n\s*/g, '').split('\n').filter(line => line.trim() !== '').map(line => {
      const [command = '', comment = ''] = line.split(/\s+#\s*/)
      return {exitCode: Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0), words: command.trim().split(/\s+/)}
    })
  })
}

/** The account of `npm run sandbox`, where time passes so much faster that dynos of the command before are old for the next, and a home for whoever types. */
export const openAccount = (): Promise<Sandbox> => startSandbox({...exampleAccount, clock: realClock(400)})

export type Typed = {answers: number; exitCode: number | undefined; screen: string}

/** Types a command, and the name where one is asked for. */
export async function typeCommand([heroku, ...words]: readonly string[], sandbox: Sandbox, home: string): Promise<Typed> {
  if (heroku !== 'heroku') throw new Error(`a reader cannot type ${heroku} here`)
  const env = {HEROKU_API_KEY: sandbox.sessionToken, HEROKU_HOST: sandbox.url, HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl}
  const terminal = await pluginTerminal(words, {columns: 120, cwd: home, env, home})
  const answers = await answerAll(terminal)
  const {exitCode} = await terminal.done
  return {answers, exitCode, screen: terminal.screen()}
}

export const write = (home: string, file: string, text: string): Promise<void> => writeFile(join(home, file), text)

async function answerAll(terminal: Terminal): Promise<number> {
  const state = {over: false}
  const done = terminal.done.then(() => {
    state.over = true
  })
  let answered = 0
  while (!state.over) {
    await Promise.race([done, pause(50)])
    const asked = [...terminal.screen().matchAll(/\btype (\S+?)(?::| or re-run)/g)].map(([, name = '']) => name)
    for (const name of asked.slice(answered)) {
      terminal.type(name)
      answered++
    }
  }

  return answered
}
