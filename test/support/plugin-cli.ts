import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {type CliOptions, openTerminal, type Ran, runCli, type Running, spawnCli, type Terminal} from './cli-process.js'

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Runs the built plugin (dist/) alone, without the rest of the heroku CLI: the same commands, a faster start. */
export const runPlugin = (args: readonly string[], options: CliOptions): Promise<Ran> =>
  runCli([launcher(), ...args], options)

export const spawnPlugin = (args: readonly string[], options: Omit<CliOptions, 'tty'>): Running =>
  spawnCli([launcher(), ...args], options)

export const pluginTerminal = (args: readonly string[], options: Omit<CliOptions, 'input' | 'tty'>): Promise<Terminal> =>
  openTerminal([launcher(), ...args], options)

/** `npm run build` removes the bundle, so that it never is older than what it was made from. */
function launcher(): string {
  if (!existsSync(pathOf('../../tmp/plugin'))) {
    execFileSync(process.execPath, ['--import=tsx', pathOf('plugin-bundle.ts')], {cwd: pathOf('../..'), stdio: ['ignore', 'ignore', 'inherit']})
  }

  return pathOf('cached-start.cjs')
}
