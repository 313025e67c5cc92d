import {expect} from 'chai'

import {apiUrl} from '../../../../src/lib/cli/api-url.js'
import {RotationError} from '../../../../src/lib/errors.js'

describe('the session', function () {
  for (const address of [
    'https://api.heroku.com', 'https://api.herokai.com', 'https://api.staging.herokudev.com:8443', 'https://localhost.herokudev.com', 'http://localhost:5000', 'http://127.0.0.1:5000/',
    'https://localhost', 'http://127.1:80',
  ]) {
    it(`goes to ${address}`, function () {
      expect(apiUrl(address)).to.equal(address.replace(/\/$/, ''))
    })
  }

  for (const address of [
    'https://evil.example.com/localhost', 'http://127.0.0.2:5000/localhost', 'https://localhost.example.com', 'https://heroku.com.example.com', 'https://notheroku.com',
    'https://api.heroku.com@evil.example.com', 'https://127.0.0.1.example.com', 'http://api.heroku.com', 'http://localhost.herokudev.com', 'ftp://localhost', 'https://', 'https://api.',
  ]) {
    it(`does not go to ${address}`, function () {
      expect(() => apiUrl(address)).to.throw(RotationError, 'Nothing was changed.').and.include({code: 'ROTATE_HOST', exit: 'usage'})
    })
  }
})
