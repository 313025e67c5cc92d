import {expect} from 'chai'
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {createHome} from '../support/heroku-cli.js'
import {spawnPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {environmentOf, startExample} from './example-rotation.js'
import {leaksIn} from './leaks.js'

describe('a login in a netrc that gpg decrypts for the CLI', function () {
  this.timeout(60_000)

  before('needs a program', function () {
    if (process.platform === 'win32') skip(this, 'a script is no program there')
  })

  it('is not shown where NODE_DEBUG has execa print what gpg wrote', async function () {
    const sandbox = await startExample()
    try {
      const home = await createHome(null)
      const bin = join(home, 'bin')
      await mkdir(bin)
      const netrc = `machine ${new URL(sandbox.url).host}\\n  login operator@example.com\\n  password ${sandbox.sessionToken}\\n`
      await writeFile(join(bin, 'gpg'), `#!/bin/sh\nprintf '${netrc}'\n`)
      await chmod(join(bin, 'gpg'), 0o755)
      await rm(join(home, '.netrc'), {force: true})
      await writeFile(join(home, '.netrc.gpg'), 'encrypted')
      const env = {...environmentOf(sandbox), DEBUG: '*', HEROKU_API_KEY: undefined, NODE_DEBUG: 'execa', PATH: `${bin}:${process.env['PATH']}`}
      const {exitCode, stderr, stdout} = await spawnPlugin(['authorizations:rotate:status'], {env, home}).done
      expect(exitCode, stderr.slice(-1000)).to.equal(0)
      expect(stdout).to.include('example-token')
      expect(leaksIn(stdout + stderr, [sandbox.sessionToken])).to.deep.equal([])
    } finally {
      await sandbox.close()
    }
  })
})
