import {expect} from 'chai'

import {RotationError, todo} from '../../../../src/lib/errors.js'
import {annotation} from '../../../../src/lib/output/github/annotation.js'
import {stepSummary} from '../../../../src/lib/output/github/step-summary.js'

describe('annotations of GitHub Actions', function () {
  it('are one order on one line, whatever is in them', function () {
    expect(annotation('error', '100%\r\n::warning::x', {file: 'a:b,c\n%.yml', title: 'T'})).to.equal('::error file=a%3Ab%2Cc%0A%25.yml,title=T::100%25%0D%0A::warning::x\n')
    expect(annotation('warning', 'a: b, c')).to.equal('::warning::a: b, c\n')
  })
})

describe('the summary of a run', function () {
  it('says what happened and what to type, as text', function () {
    const error = new RotationError('ROTATE_CONSUMER', '<b>app</b>: `gone`', {next: todo('heroku apps'), now: 'Nothing was changed.'})
    const text = stepSummary(null, error)
    expect(text).to.include('# ROTATE_CONSUMER').and.include('&lt;b&gt;app').and.include('Nothing was changed.').and.include('Next: heroku apps')
    expect(text).to.not.match(/<b>|`/)
  })

  it('is empty where nothing is known', function () {
    expect(stepSummary(null, null)).to.equal('')
  })
})
