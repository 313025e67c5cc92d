/*
 * The real heroku CLI, which has more packages than all the rest: a package of its own, test/heroku-cli/, that is
 * installed into tmp/ when a test, the demo or a measurement first needs it.
 *
 *     tsx test/support/installed-cli.ts     installs it, and prints where it is
 */
import {execa} from 'execa'
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {copyFile, mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

import {exists, onlyOnce} from './only-once.js'

const wanted = fileURLToPath(new URL('../heroku-cli', import.meta.url))
const lockFile = join(wanted, 'package-lock.json')
const version = createHash('sha256').update(readFileSync(lockFile)).digest('hex').slice(0, 16)
const folder = fileURLToPath(new URL(`../../tmp/heroku-cli/${version}`, import.meta.url))

/** Its package. */
export const cliPackage = join(folder, 'node_modules/heroku')

/** Where `heroku` is, for a PATH. */
export const cliFolder = join(folder, 'node_modules/.bin')

/** Of the versions in the lock file; without the scripts of its packages, which build what it does well without. */
export async function installCli(): Promise<void> {
  if (await exists(folder)) return
  await mkdir(dirname(folder), {recursive: true})
  await onlyOnce(folder, async partial => {
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(wanted, file), join(partial, file))
    process.stderr.write('installing the heroku CLI for tests and the demo, once\n')
    await execa('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {cwd: partial})
  })
}

/** The versions before the newest that people have, by what differs: oclif 2 with yarn, the first with oclif 4. */
export const olderVersions = ['8.11.5', '9.5.1', '10.17.0', '11.0.2'] as const

/** Answers the script that starts the CLI; its packages are those that npm gives whoever installs that version today. */
export async function installOlderCli(older: typeof olderVersions[number]): Promise<string> {
  const olderFolder = join(dirname(folder), older)
  await mkdir(dirname(olderFolder), {recursive: true})
  await onlyOnce(olderFolder, async partial => {
    await writeFile(join(partial, 'package.json'), JSON.stringify({dependencies: {heroku: older}, private: true}))
    process.stderr.write(`installing the heroku CLI ${older} for tests, once\n`)
    await execa('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {cwd: partial})
  })
  const script = join(olderFolder, 'node_modules/heroku/bin/run')
  return await exists(script) ? script : `${script}.js`
}

/** Answers the program; the package runs a script of its own that fetches it. */
export async function installNode(version: '22' | '24'): Promise<string> {
  const nodeFolder = join(dirname(folder), `node-${version}`)
  await mkdir(dirname(nodeFolder), {recursive: true})
  await onlyOnce(nodeFolder, async partial => {
    await writeFile(join(partial, 'package.json'), JSON.stringify({dependencies: {node: version}, private: true}))
    await execa('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {cwd: partial})
  })
  return join(nodeFolder, 'node_modules/node/bin/node')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await installCli()
  console.log(join(cliFolder, 'heroku'))
}
