import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {tempRoot} from '../../../../support/temp-root.js'

/** Prints the first bytes of the digest of the token that the CLI's own client would send. */
const client = `
import {APIClient} from '@heroku-cli/command'
import {createHash} from 'node:crypto'
const token = await new APIClient({dataDir: process.env.HOME, version: '0', platform: 'test'}).getAuth()
process.stdout.write(createHash('sha256').update(token ?? '').digest('hex').slice(0, 12))
`

const digest = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 12)

describe('the line that goes on with the token in .netrc', function () {
  this.timeout(30_000)
  const root = tempRoot()

  for (const keychain of ['secret-tool', 'security', null]) {
    it(`makes the CLI read it, ${keychain === null ? 'where it has no keychain' : `whatever is in its keychain (${keychain})`}`, async function () {
      const path = join(root(), '.netrc')
      await writeFile(path, `machine api.heroku.com\n  login operator@example.com\n  password ${sampleToken('incoming')}\n`, {mode: 0o600})
      if (keychain !== null) {
        await writeFile(join(root(), keychain), `#!/bin/sh\necho ${sampleToken('revoked')}\n`, {mode: 0o700})
        await writeFile(join(root(), 'login.json'), '{"account": "operator@example.com"}\n')
      }

      const {asSession} = consumer({kind: 'file', path})
      const env = {HEROKU_API_KEY: 'the-token-that-was-revoked', HOME: root(), PATH: [root(), process.env['PATH']].join(delimiter)}
      const told = execFileSync('sh', ['-c', `${asSession}; exec "$0" --input-type=module --eval "$1"`, process.execPath, client], {encoding: 'utf8', env})
      expect(told).to.equal(digest(sampleToken('incoming')))
    })
  }
})
