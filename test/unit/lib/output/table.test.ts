import {expect} from 'chai'

import {stylesFor} from '../../../../src/lib/output/styles.js'
import {table} from '../../../../src/lib/output/table.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const rows = [['example-app', 'HEROKU_API_KEY\nOTHER_KEY', '3'], ['生产', 'KEY', '']]

describe('a table', function () {
  it('has a head and a rule, and no frame, as those of heroku', function () {
    expect(table(['App', 'Config var', 'Dynos'], rows, 80, styles)).to.equal([
      ' App          Config var      Dynos',
      ' ──────────────────────────────────',
      ' example-app  HEROKU_API_KEY  3',
      '              OTHER_KEY',
      ' 生产         KEY',
    ].join('\n'))
  })

  it('has a rule of letters where the terminal has no other', function () {
    expect(table(['App'], [['a']], 80, stylesFor('stdout', {LANG: 'C', NO_COLOR: '1'}))).to.include(' ---\n')
  })

  it('is none where the terminal is too narrow, because names cut in two cannot be read', function () {
    expect(table(['App', 'Config var', 'Dynos'], rows, 36, styles)).to.not.equal(null)
    expect(table(['App', 'Config var', 'Dynos'], rows, 35, styles)).to.equal(null)
  })
})
