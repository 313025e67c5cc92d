import {expect} from 'chai'
import {execa} from 'execa'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the screens in test/golden/screens.txt', function () {
  this.timeout(60_000)

  it('are what a terminal shows (npm run screens writes them anew)', async function () {
    const {exitCode, stderr} = await execa(process.execPath, ['--import=tsx', 'test/golden/render.ts', '--check'], {cwd: root, reject: false})
    expect(exitCode, stderr).to.equal(0)
  })
})
