import {expect} from 'chai'
import {execa} from 'execa'

import {nodeOptions, runnable} from '../support/compiled.js'

describe('the screens in test/golden/screens.txt', function () {
  this.timeout(60_000)

  it('are what a terminal shows (npm run screens writes them anew)', async function () {
    const {exitCode, stderr} = await execa(process.execPath, [...nodeOptions, runnable(new URL('../golden/render.ts', import.meta.url)), '--check'], {reject: false})
    expect(exitCode, stderr).to.equal(0)
  })
})
