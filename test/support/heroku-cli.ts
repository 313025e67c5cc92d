import {execa} from 'execa'
import {createHash} from 'node:crypto'
import {mkdtempSync, rmSync} from 'node:fs'
import {cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {type CliOptions, openTerminal, type Ran, runCli, type Running, spawnCli, type Terminal} from './cli-process.js'
import {cliPackage, installCli} from './installed-cli.js'
import {onlyOnce} from './only-once.js'

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** As in the shebang of the real one; `createHome` and `installPlugin` see to it that it is there. */
export const heroku = ['--no-deprecation', join(cliPackage, 'bin/run.js')] as const

export const runHeroku = (args: readonly string[], options: CliOptions): Promise<Ran> =>
  runCli([...heroku, ...args], options)

export const spawnHeroku = (args: readonly string[], options: Omit<CliOptions, 'tty'>): Running =>
  spawnCli([...heroku, ...args], options)

export const herokuTerminal = (args: readonly string[], options: Omit<CliOptions, 'input' | 'tty'>): Promise<Terminal> =>
  openTerminal([...heroku, ...args], options)

export type Installation = {
  /** `<home>/.local/share/heroku`: what `plugins:install` wrote. */
  dataDir: string
  home: string
  /** How long the install took when it was made; null when an earlier one is reused. */
  installMs: null | number
}

let installation: Promise<Installation> | undefined

/**
 * Packs the built project and installs the pack with the real CLI, once for each content of the pack.
 *
 * Other processes with the same pack share the result: take a `createHome` of it and leave it alone.
 */
export const installPlugin = (): Promise<Installation> => {
  installation ??= install()
  return installation
}

/** Packs the built project into that folder. */
export async function packPlugin(work: string): Promise<string> {
  const {stdout} = await execa('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', work], {
    cwd: projectRoot,
  })
  const [packed]: {filename: string; files: {path: string}[]}[] = JSON.parse(stdout)
  const files = new Set(packed?.files.map(({path}) => path))
  for (const needed of ['dist/hooks/claim-command.js', 'oclif.manifest.json']) {
    if (!packed || !files.has(needed)) throw new Error(`the pack has no ${needed}: run npm run manifest first`)
  }

  return join(work, packed?.filename ?? '')
}

async function install(): Promise<Installation> {
  await installCli()
  const work = await mkdtemp(join(tmpdir(), 'plugin-pack-'))
  try {
    const pack = await packPlugin(work)
    const cli = await readFile(join(cliPackage, 'package.json'))
    const key = createHash('sha256').update(await readFile(pack)).update(cli).digest('hex').slice(0, 16)
    const cache = join(tmpdir(), 'heroku-authorizations-rotate-e2e')
    await mkdir(cache, {recursive: true})
    const home = join(cache, key)
    const installMs = await onlyOnce(home, partial => installInto(partial, pack))
    await utimes(home, new Date(), new Date())
    await removeStale(cache)
    return {dataDir: join(home, '.local/share/heroku'), home, installMs}
  } finally {
    await rm(work, {force: true, recursive: true})
  }
}

/** The npm behind `plugins:install` needs the registry, our npm's cache, and whatever certificates and proxies we use. */
export async function environmentOfNpm(): Promise<Record<string, string | undefined>> {
  const {stdout: cache} = await execa('npm', ['config', 'get', 'cache', '--loglevel=error'])
  const network = Object.entries(process.env).filter(([name]) => /^(?:node_extra_ca_certs|ssl_cert_.*|.*_proxy)$/i.test(name))
  return {...Object.fromEntries(network), npm_config_cache: cache, npm_config_prefer_offline: 'true'}
}

async function installInto(home: string, pack: string): Promise<void> {
  const {exitCode, stderr, stdout} = await runHeroku(['plugins:install', `file://${pack}`], {
    env: await environmentOfNpm(),
    home,
    timeout: 180_000,
  })
  if (exitCode !== 0) throw new Error(`plugins:install failed (${exitCode}):\n${stdout}${stderr}`)
}

/** Every change of the source makes another. */
async function removeStale(cache: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    const path = join(cache, entry)
    const {mtimeMs} = await stat(path).catch(() => ({mtimeMs: Date.now()}))
    if (Date.now() - mtimeMs > 2 * 60 * 60 * 1000) await rm(path, {force: true, recursive: true})
  }
}

const homes = new Set<string>()
process.once('exit', () => {
  for (const home of homes) rmSync(home, {force: true, recursive: true})
})

/**
 * A fresh HOME that has the plugin (its `node_modules` is shared, everything else is its own), or, given
 * null, the CLI alone. Past the CLI's first-run messages. Removed when the process ends.
 */
export async function createHome(installed: Installation | null): Promise<string> {
  await installCli()
  const home = mkdtempSync(join(tmpdir(), 'heroku-home-'))
  homes.add(home)
  await mkdir(join(home, '.cache/heroku'), {recursive: true})
  await writeFile(join(home, '.cache/heroku/terms-of-service'), '')
  if (installed) {
    const dataDir = join(home, '.local/share/heroku')
    await mkdir(dataDir, {recursive: true})
    await cp(join(installed.dataDir, 'package.json'), join(dataDir, 'package.json'))
    await symlink(join(installed.dataDir, 'node_modules'), join(dataDir, 'node_modules'))
  }

  return home
}

/** Logs that HOME in, as `heroku login` does where there is no keyring; for sessions that are not HEROKU_API_KEY. */
export async function logIn(home: string, herokuHost: string, {email, token}: {email: string; token: string}): Promise<void> {
  const {host} = new URL(herokuHost)
  await writeFile(join(home, '.netrc'), `machine ${host}\n  login ${email}\n  password ${token}\n`, {mode: 0o600})
}
