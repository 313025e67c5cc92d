import {expect} from 'chai'

import {RotationError, todo, toResume} from '../../../../src/lib/errors.js'
import {errorText} from '../../../../src/lib/output/error-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'

const styles = stylesFor('stderr', {NO_COLOR: '1'})
const resume = toResume('k7m2pq9xtz', '--ignore-one-off')
const command = 'heroku authorizations:rotate:resume --rotation k7m2pq9xtz --ignore-one-off'
const error = new RotationError('ROTATE_STILL_RUNNING', 'After 600 seconds these still run with the other token: run.1001 of example-app.', {
  exit: 'incomplete', next: [resume, todo('Or wait until they have ended, which may take long, and run it again.')], now: 'The old token still works.',
})

describe('errorText', function () {
  it('says what happened, what is true now, what to type next, and the code', function () {
    const text = errorText(error, 200, styles)
    expect(text.split('\n').map(line => line.replace(/^ › {3}/, ''))).to.deep.equal([
      `Error: ${error.happened}`, 'The old token still works.', ' ›', 'Next:', `  ${command}`,
      '  Or wait until they have ended, which may take long, and run it again.', 'Code: ROTATE_STILL_RUNNING', '',
    ])
  })

  it('breaks prose to fit the terminal, and no command: it is there to be copied', function () {
    for (const columns of [40, 60, 80]) {
      const lines = errorText(error, columns, styles).split('\n')
      expect(lines.filter(line => line.includes(command))).to.have.length(1)
      for (const line of lines.filter(one => !one.includes('heroku '))) expect(line, `${columns}`).to.have.length.at.most(columns)
    }
  })

  it('gives the command that ends a sentence a row of its own', function () {
    const told = new RotationError('ROTATE_NONE', 'There is none.', {next: [{...resume, note: 'To go on'}, todo(`If nobody waits: ${command}`)]})
    expect(errorText(told, 40, styles).split('\n').slice(3, 7)).to.deep.equal([' ›     To go on:', ` ›       ${command}`, ' ›     If nobody waits:', ` ›       ${command}`])
  })

  it('calls what waits for a person no error', function () {
    expect(errorText(new RotationError('ROTATE_MANUAL', 'Waiting for you: pull it (operators)', {next: resume}), 80, styles)).to.match(/^ › {3}Waiting for you/)
  })

  it('keeps the indent of a line, on each row of it', function () {
    const told = new RotationError('ROTATE_WHICH', '2 rotations are open:\n  k7m2pq9xtz of a-token-with-a-long-name that has no end\nNext:', {
      next: todo('One:\n  heroku login'), now: 'Nothing was changed.',
    })
    expect(errorText(told, 45, styles).split('\n')).to.deep.equal([
      ' ›   Error: 2 rotations are open:', ' ›     k7m2pq9xtz of a-token-with-a-long-name', ' ›     that has no end', ' ›     Next:', ' ›   Nothing was changed.',
      ' ›', ' ›   Next:', ' ›     One:', ' ›       heroku login', ' ›   Code: ROTATE_WHICH', '',
    ])
  })

  it('names consumers as people know them, and leaves commands as they are', function () {
    const names = new Map([['infisical:p-1/prod:HEROKU_API_KEY', 'Infisical prod']])
    const told = new RotationError('ROTATE_NOT_HELD', 'infisical:p-1/prod:HEROKU_API_KEY and heroku-config:example-app do not hold it.', {
      next: toResume('k7m2pq9xtz', '--overwrite', 'heroku-config:example-app'),
    })
    expect(errorText(told, 200, styles, names)).to.include('Error: Infisical prod and example-app do not hold it.').and.include('--overwrite heroku-config:example-app')
  })

  it('leaves out what there is not', function () {
    expect(errorText(new RotationError('ROTATE_UNEXPECTED', 'It failed.', {next: []}), 80, styles)).to.equal(' ›   Error: It failed.\n ›   Code: ROTATE_UNEXPECTED\n')
  })
})
