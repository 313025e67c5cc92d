import {expect} from 'chai'

import type {Ran} from '../../../../src/lib/ports.js'

import {RotationError} from '../../../../src/lib/errors.js'
import {Gh} from '../../../../src/lib/github/gh.js'
import {errorOf} from '../../../support/failure.js'

const about = {right: 'write secrets', subject: 'repository'}
const refused = {exitCode: 1, stderr: 'gh: Bad credentials (HTTP 401)'}

function failing(ran: Partial<Ran>, env: Record<string, string> = {}): Promise<RotationError> {
  const run = async () => ({exitCode: 1, stderr: '', stdout: '', ...ran})
  return errorOf(RotationError, new Gh({env, run, signal: new AbortController().signal}, about).text(['api', 'user']))
}

describe('a login that GitHub refuses', function () {
  for (const [env, name] of [
    [{GH_TOKEN: 'bad'}, 'GH_TOKEN'],
    [{GITHUB_TOKEN: 'bad'}, 'GITHUB_TOKEN'],
    [{GH_TOKEN: 'bad', GITHUB_TOKEN: 'another'}, 'GH_TOKEN'],
    [{GH_TOKEN: '', GITHUB_TOKEN: 'bad'}, 'GITHUB_TOKEN'],
    [{GH_HOST: 'example.ghe.com', GH_TOKEN: 'bad'}, 'GH_TOKEN'],
    [{GH_ENTERPRISE_TOKEN: 'bad', GH_HOST: 'github.example.com', GH_TOKEN: 'another'}, 'GH_ENTERPRISE_TOKEN'],
    [{GH_HOST: 'github.example.com', GITHUB_ENTERPRISE_TOKEN: 'bad'}, 'GITHUB_ENTERPRISE_TOKEN'],
  ] as const) {
    it(`is that of ${name}, with ${Object.keys(env).join(' and ')}: gh auth login is refused while it is set`, async function () {
      const error = await failing(refused, env)
      expect(error).to.include({code: 'ROTATE_GH_LOGGED_OUT'})
      expect(error.message).to.include(`token of ${name} (401)`)
      expect(error.next[0]).to.include(name)
      expect(error.next).to.not.include('gh auth login')
    })
  }

  for (const env of [{}, {GH_HOST: 'github.example.com', GH_TOKEN: 'another'}, {GH_ENTERPRISE_TOKEN: 'another'}]) {
    it(`is that of gh, with ${Object.keys(env).join(' and ') || 'no variable'}`, async function () {
      expect((await failing(refused, env)).next).to.include('gh auth login')
    })
  }
})

describe('a certificate that gh does not trust', function () {
  it('is told of with the variable that names its CA', async function () {
    const error = await failing({stderr: 'Get "https://api.github.com/user": tls: failed to verify certificate: x509: certificate signed by unknown authority'})
    expect(error).to.include({code: 'ROTATE_GITHUB_UNREACHABLE'})
    expect(error.next.join('\n')).to.include('SSL_CERT_FILE')
  })
})

describe('a repository that is archived', function () {
  it('is told to be so where GitHub refuses a write', async function () {
    const error = await failing({stderr: '1 error occurred:\n\t* failed to set secret "K": HTTP 403: Repository was archived so is read-only. (https://api.github.com/x)'})
    expect(error).to.include({code: 'ROTATE_GITHUB_FORBIDDEN', happened: 'The repository is archived, so nobody can change its secrets.'})
  })
})
