import {execa} from 'execa'
import {readFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {cliEnvironment} from '../test/support/cli-process.js'
import {cliFolder} from '../test/support/installed-cli.js'
import {assertRotated, name, withAccount} from './account.js'
import {startHealthPages} from './health-pages.js'

const script = fileURLToPath(new URL('runbook.sh', import.meta.url))

/** The page of manual steps, by script, in a HOME whose CLI has no plugin. */
export function rotateByRunbook(count: number, home: string): Promise<{calls: number; wallMs: number}> {
  return withAccount(count, async account => {
    const health = await startHealthPages(account)
    try {
      const audit = join(home, 'audit.jsonl')
      const path = [cliFolder, process.env['PATH']].join(delimiter)
      const startedAt = performance.now()
      const {exitCode, stderr, stdout} = await execa('bash', [script, name, health.url, audit, ...account.apps], {
        env: cliEnvironment({env: {...account.env, PATH: path}, home}),
        extendEnv: false,
        reject: false,
      })
      const wallMs = performance.now() - startedAt
      if (exitCode !== 0) throw new Error(`the script ended with ${exitCode}:\n${stdout}\n${stderr}`)
      assertRotated(account, stderr)
      if (!(await readFile(audit, 'utf8')).includes('secret.rotate.completed')) throw new Error('the script left no audit entry')
      return {calls: account.sandbox.log.length, wallMs}
    } finally {
      health.close()
    }
  })
}
