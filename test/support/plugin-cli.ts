import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {type CliOptions, openTerminal, type Ran, runCli, type Running, spawnCli, type Terminal} from './cli-process.js'
import {nodeOptions, runnable} from './compiled.js'
import {runInProcess, runsInProcess} from './plugin-in-process.js'

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/**
 * Runs the built plugin (dist/) alone, without the rest of the heroku CLI: the same commands, a faster start. What needs
 * nothing of a process (a terminal, signals, a second one beside it) needs none.
 */
export const runPlugin = (args: readonly string[], options: CliOptions): Promise<Ran> =>
  runsInProcess(options) ? runInProcess(bundle(), args, options) : runCli([launcher(), ...args], options)

export const spawnPlugin = (args: readonly string[], options: Omit<CliOptions, 'tty'>): Running =>
  spawnCli([launcher(), ...args], options)

export const pluginTerminal = (args: readonly string[], options: Omit<CliOptions, 'input' | 'tty'>): Promise<Terminal> =>
  openTerminal([launcher(), ...args], options)

/** `npm run build` removes the bundle, so that it never is older than what it was made from. */
function launcher(): string {
  bundle()
  return pathOf('cached-start.cjs')
}

function bundle(): string {
  if (!existsSync(pathOf('../../tmp/plugin'))) {
    execFileSync(process.execPath, [...nodeOptions, runnable(new URL('plugin-bundle.ts', import.meta.url))], {stdio: ['ignore', 'ignore', 'inherit']})
  }

  return pathOf('../../tmp/plugin/cli.cjs')
}
