/*
 * Runs what README.md shows, with the built plugin in a terminal and against the sandbox:
 *
 *     npm run recording
 *
 * It writes the rotation as a moving picture to docs/rotate.svg, and the texts between the `<!-- output -->` marks of the
 * pages. Run it when words of the output have changed.
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'

import {exampleAccount} from '../test/sandbox/example-account.js'
import {realClock, startSandbox} from '../test/sandbox/sandbox.js'
import {type Terminal} from '../test/support/cli-process.js'
import {pluginTerminal} from '../test/support/plugin-cli.js'
import {type Cell, renderCells} from '../test/support/screen.js'
import {type Frame, picture} from './picture.js'

const NAME = 'example-platform-token'
const COLUMNS = 100
const ROWS = 32
const FRAME_MS = 500
/** After the question time passes faster in the picture than it did. */
const FASTER = 3

const typed = (text: string): Cell[] => [...text].map(character => ({character, style: '1'}))

async function run(command: string, home: string, env: Record<string, string>): Promise<{frames: Frame[]; text: string}> {
  const prompt = [...typed('$ heroku '), ...typed(command)]
  const terminal = await pluginTerminal(command.split(' '), {columns: COLUMNS, cwd: home, env, home, rows: ROWS, timeout: 180_000})
  const frames: Frame[] = [{rows: [prompt], seconds: 1.5}]
  const state = {isAnswered: false, over: false}
  const done = terminal.done.finally(() => {
    state.over = true
  })
  const keep = () => frames.push({rows: [prompt, ...renderCells(terminal.output().stdout, COLUMNS)].slice(-ROWS), seconds: FRAME_MS / 1000 / (state.isAnswered ? FASTER : 1)})
  const answered = answer(terminal).then(() => {
    state.isAnswered = true
  })
  while (!state.over) {
    await pause(FRAME_MS)
    keep()
  }

  await answered
  const {exitCode} = await done
  if (exitCode !== 0) throw new Error(`heroku ${command} ended with ${exitCode}:\n${terminal.screen()}`)
  keep()
  return {frames, text: `$ heroku ${command}\n${terminal.screen().replaceAll(/^\n+|\n+$/g, '')}`}
}

/** Reads the plan for a moment, then types the name that is asked for, if one is. */
async function answer(terminal: Terminal): Promise<void> {
  const isAsked = await terminal.waitFor(/type \S+(?: or |:)/, 60_000).then(() => true, () => false)
  if (!isAsked) return
  await pause(4000)
  for (const character of NAME) {
    terminal.press(character)
    await pause(60)
  }

  terminal.press('\r')
}

/** Leaves out the plan, which the picture shows. */
const fromTheQuestion = (text: string) => text.replace(/\n[\s\S]*?(?=\n.*type \S+(?: or |:))/, '\n…')

async function writeOutput(path: string, name: string, text: string): Promise<void> {
  const url = new URL(`../${path}`, import.meta.url)
  const page = await readFile(url, 'utf8')
  const [opening, closing] = [`<!-- output: ${name} -->`, '<!-- /output -->']
  const from = page.indexOf(opening)
  if (from === -1) throw new Error(`${path} has no ${opening}`)
  await writeFile(url, `${page.slice(0, from)}${opening}\n\`\`\`console\n${text}\n\`\`\`\n${page.slice(page.indexOf(closing, from))}`)
}

const home = await mkdtemp(join(tmpdir(), 'recording-'))
const sandbox = await startSandbox({...exampleAccount, clock: realClock(1), latencyMs: 50})
const env = {HEROKU_API_KEY: sandbox.sessionToken, HEROKU_HOST: sandbox.url, HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl}
try {
  const rotation = await run(`authorizations:rotate ${NAME} --canary example-app-staging`, home, env)
  const verified = await run(`authorizations:rotate:verify ${NAME}`, home, env)
  await writeFile(new URL('../docs/rotate.svg', import.meta.url), picture([...rotation.frames, ...verified.frames], {columns: COLUMNS, rows: ROWS}))
  await writeOutput('README.md', 'rotate', fromTheQuestion(rotation.text))
  await writeOutput('docs/guide/drift.md', 'verify', verified.text)
} finally {
  await sandbox.close()
  await rm(home, {force: true, recursive: true})
}
