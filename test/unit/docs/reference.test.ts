import {expect} from 'chai'
import {readFileSync} from 'node:fs'

import {pages} from '../../../scripts/docs.js'
import {variablesRead, variablesTold} from '../../../scripts/reference/environment.js'

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('the reference', function () {
  for (const [path, text] of Object.entries(pages)) {
    it(`is what npm run docs writes: ${path}`, function () {
      expect(textOf(path)).to.equal(text)
    })
  }

  it('has every environment variable that the code reads', function () {
    expect(variablesTold).to.include.members(variablesRead())
  })
})

describe('README.md', function () {
  const page = textOf('README.md')

  it('has at most 150 lines', function () {
    expect(page.trimEnd().split('\n')).to.have.length.at.most(150)
  })

  it('tells how to run the tests', function () {
    expect(page).to.include('\n    npm cit\n')
  })

  it('shows a recording that holds no token and runs no script', function () {
    expect(textOf('docs/rotate.svg')).to.match(/^<svg /).and.not.match(/HRKU-|<script|href="(?!#)/)
  })
})
