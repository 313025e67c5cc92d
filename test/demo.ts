/*
 * One rotation of everything that a rotation file can name, with the real heroku CLI, the packed plugin and the real
 * gh, against simulated systems: `npm run demo`.
 *
 * Time passes ten times faster there than here, so that the 30 seconds that Heroku gives old dynos take three.
 */
import {spawn} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {join, relative} from 'node:path'

import {rotateFile} from './e2e/every-system/commands.js'
import {apps, hasGh, name, openSystems, repository, type Systems} from './e2e/every-system/systems.js'
import {pluginData} from './e2e/example-rotation.js'
import {realClock} from './sandbox/sandbox.js'
import {cliEnvironment} from './support/cli-process.js'
import {createHome, heroku, installPlugin} from './support/heroku-cli.js'

const speed = 10

const say = (text = '') => process.stdout.write(`${text}\n`)

const withGitHub = hasGh()
say(`${name} is used by three apps on Heroku, Infisical${withGitHub ? ', a secret of GitHub Actions' : ''}, a shell profile, a program and people.`)
say('The systems are simulated; the heroku CLI, the plugin and gh are the real ones.')
if (!withGitHub) say('gh, the GitHub CLI, is not installed (https://cli.github.com): GitHub is left out.')

const app = {restartMs: 1000 * speed, sigtermMs: 3000 * speed}
const home = await createHome(await installPlugin())
const systems = await openSystems(home, {
  changes: {[apps.canary]: app, [apps.main]: app, [apps.other]: {...app, releasePhaseMs: 1500 * speed}},
  clock: realClock(speed),
  latencyMs: 50 * speed,
  workflowMs: 1000 * speed,
})
const {machine, sandbox} = systems
const path = relative(home, machine.rotationFile)
const command = [...rotateFile({machine: {...machine, rotationFile: path}}).flatMap(word => (word === '1' ? '3' : word)), '--done', 'operators']

// Ctrl-C goes to the CLI as well, which knows what to do; here it only must not skip the clean-up.
process.on('SIGINT', () => {})
try {
  const outgoing = sandbox.world.authorization(name)
  if (!outgoing) throw new Error(`the sandbox has no ${name}`)
  say(`\n$ cat ${path}\n${await readFile(machine.rotationFile, 'utf8')}`)
  say(`# trusted before, with: heroku authorizations:rotate:trust ${path}`)
  say(`$ heroku ${command.join(' ')}\n`)
  const exitCode = await run(systems)
  const calls = sandbox.log.length
  say('\nWhose token each of them holds now:\n')
  const held = Object.entries(systems.held())
  const width = Math.max(...held.map(([place]) => place.length))
  for (const [place, whose] of held) say(`  ${place.padEnd(width)}  ${whose}`)
  say('\nWhat the simulated systems say:\n')
  const failed = (await verdicts(systems, outgoing, exitCode)).filter(({holds, text}) => {
    say(`  ${holds ? '✓' : '✗'} ${text}`)
    return !holds
  })
  say(`\nCalls: ${calls} to Heroku, ${systems.infisical.log.length} to Infisical${systems.github ? `, ${systems.github.log.length} to GitHub` : ''}.`)
  if (failed.length > 0) process.exitCode = 1
} finally {
  await systems.close()
}

/** With the terminal, if there is one: the CLI shows what it would show a person. */
function run({env, home: cwd}: Systems): Promise<null | number> {
  const {COLORTERM, FORCE_COLOR, NO_COLOR, TERM} = process.env
  const child = spawn(process.execPath, [...heroku, ...command], {
    cwd,
    env: cliEnvironment({env: {...env, COLORTERM, FORCE_COLOR, NO_COLOR, TERM}, home}),
    stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

type Verdict = {holds: boolean; text: string}

async function verdicts({github, held, machine: {seen}, sandbox: {url, world}, tokens}: Systems, outgoing: {id: string; token: string}, exitCode: null | number): Promise<Verdict[]> {
  const status = async (token: string) => {
    const answer = await fetch(`${url}/account`, {headers: {accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${token}`}})
    return answer.status
  }

  const alive = world.authorizations.filter(({id}) => id !== world.session.id)
  const [incoming] = alive
  const ofIncoming = incoming ? await status(incoming.token) : 0
  const ofOutgoing = await status(outgoing.token)
  const places = Object.values(held())
  const runs = github?.runs(repository) ?? []
  const audit = await auditLine()
  const hidden = [...tokens].every(token => !audit.includes(token) && !seen().includes(token))
  return [
    {holds: exitCode === 0, text: `the command ended with exit code ${exitCode}`},
    {
      holds: alive.length === 1 && incoming?.id !== outgoing.id && ofIncoming === 200,
      text: `alive: ${alive.map(({description, id}) => `${description} (${id})`).join(', ') || 'none'}, answered with ${ofIncoming}`,
    },
    {holds: ofOutgoing === 401, text: `dead: ${name} (${outgoing.id}), answered with ${ofOutgoing}`},
    {holds: places.every(whose => whose === incoming?.description), text: `held in ${places.filter(whose => whose === incoming?.description).length} of ${places.length} places`},
    ...(github ? [{holds: runs.length === 1 && runs[0]?.conclusion === 'success', text: `GitHub ran ${runs.map(({conclusion, file}) => `${file}: ${conclusion}`).join(', ') || 'nothing'}`}] : []),
    world.violations.length === 0
      ? {holds: true, text: 'no place and no dyno, seen or unseen, was without a live token at any moment'}
      : {holds: false, text: world.violations.map(({consumer, detail}) => `${consumer}: ${detail}`).join('\n    ')},
    {
      holds: audit.includes('"secret.rotate.completed"') && hidden,
      text: `the audit log${hidden ? '' : ', which holds a token,'} says:\n    ${audit || 'nothing'}`,
    },
  ]
}

async function auditLine(): Promise<string> {
  const text = await readFile(join(pluginData(home), 'audit/audit.jsonl'), 'utf8').catch(() => '')
  return text.trimEnd().split('\n').at(-1) ?? ''
}
