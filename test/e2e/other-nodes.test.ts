/* The packed plugin in the newest CLI, on the other versions of Node.js that it runs on. `npm run test:all` runs this. */
import {expect} from 'chai'
import {execa} from 'execa'
import {fileURLToPath} from 'node:url'

import {isWhole} from '../matrix/whole.js'
import {installNode} from '../support/installed-cli.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

for (const version of isWhole ? ['22', '24'] as const : []) {
  describe(`the heroku CLI on Node.js ${version}`, function () {
    this.timeout(600_000)

    it('installs the packed plugin, and rotates', async function () {
      const node = await installNode(version)
      expect((await execa(node, ['--version'])).stdout).to.match(new RegExp(`^v${version}\\.`))
      const {stdout} = await execa(node, ['--import=tsx', 'test/e2e/packed-rotation.ts'], {cwd: root})
      expect(stdout).to.include('rotated once, with the packed plugin in the real CLI')
    })
  })
}
