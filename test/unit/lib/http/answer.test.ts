import {expect} from 'chai'

import {networkReason} from '../../../../src/lib/http/answer.js'

const failed = (code: string) => new TypeError('fetch failed', {cause: Object.assign(new Error('what it says'), {code})})

describe('the reason why there was no answer', function () {
  for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT']) {
    it(`names the variables where the certificate is signed by somebody unknown: ${code}`, function () {
      expect(networkReason(failed(code))).to.include(code).and.include('NODE_EXTRA_CA_CERTS').and.include('SSL_CERT_FILE')
    })
  }

  it('tells that a proxy has refused, with the status and nothing else of what undici says', function () {
    for (const [status, said] of [['407', 'the proxy refused the connection (407: it wants another user and password)'], ['403', 'the proxy refused the connection (403)']] as const) {
      const cause = new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`)
      expect(networkReason(new TypeError('fetch failed', {cause}))).to.equal(said)
      expect(networkReason(new TypeError('fetch failed', {cause: new Error('Request was cancelled.', {cause})}))).to.equal(said)
    }
  })

  it('names no variable of certificates for what has another cause', function () {
    for (const code of ['ECONNRESET', 'CERT_HAS_EXPIRED']) expect(networkReason(failed(code))).to.equal(`connection failed (${code})`)
  })
})
