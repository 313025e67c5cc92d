import {expect} from 'chai'

import type {Sandbox} from '../sandbox/sandbox.js'

import {sampled} from '../matrix/whole.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {changesIn, environmentOf, name, planned, startExample} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const run = 'authorizations:rotate:run'

describe(run, function () {
  this.timeout(60_000)

  let home: string
  let sandbox: Sandbox

  before(async function () {
    home = await createHome(null)
  })

  beforeEach(async function () {
    sandbox = await startExample()
  })

  afterEach(() => sandbox.close())

  const typed = (...args: string[]) => runPlugin([run, ...args], {env: environmentOf(sandbox), home})

  // It rotates in json-output.test.ts.
  it('is what a plan says to type next', async function () {
    const {stdout} = await typed(...planned, '--dry-run', '--json')
    expect(resultIn(stdout)).to.deep.include({next: `heroku ${run} ${planned.join(' ')}`, status: 'planned'})
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('is what an error says to type next, where a flag is missing and where another command line is shown', async function () {
    // How each text is made of the words that were typed: test/unit/lib/cli/suggestion.test.ts.
    for (const args of sampled(2, [[...planned, '--json'], ['--due', '--json'], ['--description', name, '--no-discover', '--json'], ['--app', ':', '--json']])) {
      const {stdout} = await typed(...args)
      const {error} = failureIn(stdout)
      if (error.code !== 'ROTATE_APP') expect(error.next, error.code).to.match(/^heroku authorizations:rotate:run /)
      const {stderr} = await typed(...args.slice(0, -1))
      expect(stderr).to.include(`heroku ${run} `).and.not.match(/heroku authorizations:rotate /)
      expect(toldError(stderr)).to.deep.include({code: error.code})
    }
  })
})
