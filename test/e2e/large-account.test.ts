import {expect} from 'chai'

import {measure} from '../../bench/measure.js'
import {startSandbox} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {largeAccount} from '../support/large-account.js'
import {spawnPlugin} from '../support/plugin-cli.js'
import {environmentOf, name} from './example-rotation.js'

/** What 50 connections and the garbage of that many answers may take beside the code, whose text is not garbage that they could use again. */
const MORE_MB = 40

describe('in an account of 1,000 apps', function () {
  this.timeout(240_000)

  async function discover(apps: number) {
    const {options, specs} = largeAccount({apps, holders: 37, others: 2, unreadable: 3})
    const sandbox = await startSandbox({...options, apps: specs})
    try {
      const running = spawnPlugin(['authorizations:rotate:discover', '--description', name], {env: environmentOf(sandbox), home: await createHome(null), timeout: 200_000})
      const {ran: {exitCode, stderr, stdout}, usage} = await measure(running)
      expect(exitCode, stderr).to.equal(0)
      return {calls: sandbox.log.length, rssMb: usage.rssMb, stdout}
    } finally {
      await sandbox.close()
    }
  }

  it(`discover tells how many calls it made, and takes no more than ${MORE_MB} MB over one of 10 apps`, async function () {
    const few = await discover(10)
    const {calls, rssMb, stdout} = await discover(1000)
    expect(stdout).to.match(/ is used by 37 places\./)
    expect(stdout).to.include(`Read 997 of 1,000 apps and 0 pipelines with ${calls} calls.\nNot complete: 3 places could not be checked`)
    expect(rssMb - few.rssMb, `${rssMb} MB, and ${few.rssMb} MB`).to.be.at.most(MORE_MB)
  })
})
