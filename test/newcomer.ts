/*
 * Plays the ten tasks of somebody who has read the README and nothing else, on the sandbox: `npm run newcomer`.
 *
 * It types only what the README or the pages that it links to show, fails where one does not end as they say, and writes how
 * many commands were typed and how long they took to docs/explain/newcomer.md.
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Sandbox} from './sandbox/sandbox.js'

import {createHome, installPlugin, runHeroku} from './support/heroku-cli.js'
import {spawnPlugin} from './support/plugin-cli.js'
import {openAccount, typeCommand} from './support/typed-commands.js'

const NAME = 'example-platform-token'
const FILE = `version: 1
rotations:
  ${NAME}:
    every: 30d
    consumers:
      - {kind: heroku-config, app: example-app-staging, wave: 0}
      - {kind: heroku-config, app: example-app}
      - {kind: heroku-config, app: example-console}
      - {kind: file, path: ./profile}
      - {kind: manual, name: operators, instructions: pull the new token}
`
const APPS = FILE.split('\n').filter(line => !/kind: (?:file|manual)/.test(line)).join('\n')

type Stage = {home: string; sandbox: Sandbox; type(line: string, exitCode?: number): Promise<string>}
type Task = {name: string; play(stage: Stage): Promise<unknown>}

const tokenOf = ({world}: Sandbox) => world.authorization(NAME)?.token ?? ''

const tasks: Task[] = [
  {name: 'look at the plan on the sandbox', play: async ({type}) => type(`authorizations:rotate:check ${NAME}`)},
  {name: 'rotate three apps, one of them first', play: async ({type}) => type(`authorizations:rotate ${NAME} --canary example-app-staging`)},
  {
    name: 'rotate by a file: apps, a shell profile, people',
    async play({home, sandbox, type}) {
      await writeFile(join(home, 'rotation.yml'), FILE)
      await writeFile(join(home, 'profile'), `export HEROKU_API_KEY=${tokenOf(sandbox)}\n`)
      const old = tokenOf(sandbox)
      await type('authorizations:rotate --file rotation.yml --done operators')
      if ((await readFile(join(home, 'profile'), 'utf8')).includes(old)) throw new Error('the profile has the old token')
    },
  },
  {
    name: 'kill -9 in the middle, and go on',
    async play({home, sandbox, type}) {
      const env = {HEROKU_API_KEY: sandbox.sessionToken, HEROKU_HOST: sandbox.url, HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl}
      const killed = spawnPlugin(['authorizations:rotate', NAME, '--confirm', NAME], {cwd: home, env, home, signalAt: {signal: 'SIGKILL', when: /fanout/}})
      await killed.done
      await type('authorizations:rotate:status')
      await type('authorizations:rotate:resume')
    },
  },
  {
    name: 'stop before the revoke, and go back',
    async play({type}) {
      await type(`authorizations:rotate ${NAME} --no-revoke`)
      await type('authorizations:rotate:rollback')
    },
  },
  {name: 'replace a leaked token at once', play: async ({type}) => type(`authorizations:rotate ${NAME} --in-place`)},
  {name: 'find out who uses it', play: async ({type}) => type(`authorizations:rotate:discover ${NAME}`)},
  {
    name: 'see what is due, and rotate that as a CI job does',
    async play({home, type}) {
      await writeFile(join(home, 'rotation.yml'), APPS)
      await type('authorizations:rotate:status --file rotation.yml --due --within 14d', 4)
      await type('authorizations:rotate:run --file rotation.yml --due --confirm due --output github')
    },
  },
  {
    name: 'begin a file, and check it',
    async play({type}) {
      await type(`authorizations:rotate:discover ${NAME} --write rotation.yml`)
      await type('authorizations:rotate:check --file rotation.yml')
    },
  },
]

async function played({name, play}: Task): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'newcomer-'))
  const sandbox = await openAccount()
  let commands = 0
  const startedAt = performance.now()
  try {
    await play({
      home,
      sandbox,
      async type(line, wanted = 0) {
        commands++
        const {exitCode, screen} = await typeCommand(['heroku', ...line.split(' ')], sandbox, home)
        if (exitCode !== wanted) throw new Error(`${name}: heroku ${line} ended with ${exitCode}\n${screen}`)
        return screen
      },
    })
  } finally {
    await sandbox.close()
    await rm(home, {force: true, recursive: true})
  }

  return row(name, commands, startedAt)
}

const row = (name: string, commands: number, startedAt: number) => `| ${name} | ${commands} | ${Math.ceil((performance.now() - startedAt) / 1000)} |`

async function uninstalled(): Promise<string> {
  const home = await createHome(await installPlugin())
  const startedAt = performance.now()
  const {exitCode, stderr} = await runHeroku(['plugins:uninstall', 'heroku-authorizations-rotate'], {home})
  if (exitCode !== 0) throw new Error(`plugins:uninstall ended with ${exitCode}\n${stderr}`)
  return row('uninstall it', 1, startedAt)
}

const rows: string[] = []
for (const task of tasks) rows.push(await played(task))
rows.push(await uninstalled())

await writeFile(new URL('../docs/explain/newcomer.md', import.meta.url), `# Ten tasks of a newcomer

Played by \`npm run newcomer\`, with commands of the README and the guides alone. The sandbox's dynos end at once, so the seconds are what the plugin takes;
on Heroku a rotation waits about half a minute more for old dynos.

| task | commands typed | seconds |
|---|---|---|
${rows.join('\n')}
`)
process.stdout.write(`${rows.join('\n')}\n`)
