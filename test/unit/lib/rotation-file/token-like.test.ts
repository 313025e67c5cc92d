import {expect} from 'chai'
import {createHash} from 'node:crypto'

import {RotationError} from '../../../../src/lib/errors.js'
import {looksLikeToken} from '../../../../src/lib/secrecy/shapes.js'
import {everythingIn, leaked} from '../../../support/leaks.js'
import {sampleToken} from '../../../support/sample-token.js'
import {consumersOf, fileOf, parse} from './valid-file.js'

const letters = (seed: string, length: number) => createHash('sha512').update(seed).digest('hex').slice(0, length)
/** Put together here, so that no scanner takes this file for one with secrets in it. */
const live: Record<string, string> = {
  'a Heroku token': sampleToken('file'),
  'a GitHub token': ['ghp', letters('classic', 36)].join('_'),
  'a JSON Web Token': ['eyJ' + letters('head', 20), letters('body', 40), letters('signature', 40)].join('.'),
  'a Slack token': ['xoxb', letters('slack', 24)].join('-'),
  'a Vault token': ['hvs', letters('vault', 30)].join('.'),
  'a bearer token': ['Bearer', letters('bearer', 32)].join(' '),
  'a private key': ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' '),
  'an AWS access key': ['AKIA', letters('aws', 16).toUpperCase()].join(''),
  'an Infisical service token': ['st', letters('id', 24), letters('key', 24)].join('.'),
}

/** Where a person could put one. */
const places: Record<string, (token: string) => string> = {
  'an address': token => fileOf(`notify: [{kind: webhook, url: "https://example.com/?t=${token}"}]`),
  'an argument': token => consumersOf(`{kind: command, name: put, write: [put, "${token}"]}`),
  'a comment': token => `# ${token}\n${fileOf('every: 90d')}`,
  'a header': token => fileOf(`probes: [{kind: http, url: "https://example.com/", headers: {authorization: "${token}"}}]`),
  'a key': token => fileOf(`"${token}": 1`),
  'a kind': token => consumersOf(`{kind: "${token}"}`),
  'a name that is there twice': token => consumersOf(`{kind: heroku-config, app: "${token}"}`, `{kind: heroku-config, app: "${token}"}`),
  'a tag': token => fileOf(`every: !${encodeURIComponent(token)} 90d`),
  'several lines': token => consumersOf(`{kind: manual, name: ops, instructions: "use ${token.slice(0, 9)}\\\n          ${token.slice(9)}"}`),
}

describe('a secret in a rotation file', function () {
  for (const [place, text] of Object.entries(places)) {
    for (const [what, token] of Object.entries(live)) {
      // No tag has a space in it.
      if (place === 'a tag' && token.includes(' ')) continue
      it(`is refused and not quoted: ${what} in ${place}`, function () {
        let error: unknown
        try {
          parse(text(token))
        } catch (error_) {
          error = error_
        }

        if (!(error instanceof RotationError)) throw error ?? new Error('it was accepted')
        expect(error.code).to.equal('ROTATE_FILE')
        expect(leaked(everythingIn(error), what === 'a private key' ? [] : [token])).to.deep.equal([])
        if (place !== 'a tag') expect(error.happened).to.match(/:\d+:\d+: this looks like .+; a rotation file holds no secrets/)
      })
    }
  }

  it('is told once, at the place where it begins', function () {
    const token = sampleToken('place')
    expect(() => parse(fileOf(`actor: "some ${token}"`))).to.throw(RotationError).with.property(
      'happened', 'deploy/rotation.yml:4:18: this looks like a Heroku token; a rotation file holds no secrets',
    )
  })

  it('is not seen in ordinary text', function () {
    const ordinary = [
      'HEROKU_API_KEY', 'HRKU-', 'ghost_of_a_very_long_name_indeed', 'bearer of good news', 'st.example.com', 'https://api.example.com/health',
      '0a1b2c3d-0000-4000-8000-000000000001', 'example-token-2026-01-15', 'eyJ', 'AKIA',
    ]
    for (const text of ordinary) expect(looksLikeToken(text), text).to.equal(null)
  })
})
