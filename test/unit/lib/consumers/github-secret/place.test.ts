import {expect} from 'chai'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {accessWith} from '../../../../support/access.js'
import {errorOf} from '../../../../support/failure.js'
import {inRepository} from './fixture.js'

const answering = (answer: object) => accessWith({run: async () => ({exitCode: 0, stderr: '', stdout: JSON.stringify({updated_at: '2026-01-15T12:00:00Z', ...answer})})})

describe('an answer of GitHub about a secret', function () {
  it('is believed about that secret, whatever the case of its letters', async function () {
    for (const name of ['HEROKU_API_KEY', 'heroku_api_key']) expect(await githubSecret.stamp(inRepository, answering({name}))).to.equal('2026-01-15T12:00:00Z')
  })

  it('is believed about no other secret', async function () {
    expect(await errorOf(RotationError, githubSecret.stamp(inRepository, answering({name: 'ANOTHER'})))).to.include({code: 'ROTATE_GITHUB_ANSWER'})
  })
})
