import {expect} from 'chai'

import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {aliveIn, confirmed, environmentOf, name, rotate, startExample} from './example-rotation.js'

describe('where nobody reads the progress any more', function () {
  this.timeout(60_000)

  it('the rotation goes on to its end', async function () {
    const sandbox = await startExample()
    try {
      const home = await createHome(null)
      const {exitCode, stdout} = await runPlugin([...rotate, ...confirmed], {env: environmentOf(sandbox), hangUpAt: 'create: done', home})
      expect(stdout).to.match(/^✓ Rotated example-token in /)
      expect(exitCode).to.equal(0)
      expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
    } finally {
      await sandbox.close()
    }
  })
})
