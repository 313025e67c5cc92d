import {expect} from 'chai'

import {RotationError} from '../../../../src/lib/errors.js'
import {isPastProxy, proxiesOf} from '../../../../src/lib/http/proxy-variables.js'

const hidden = 'open-sesame'
const href = (proxy: null | {uri: string} | undefined) => proxy?.uri ?? null

describe('proxies of the environment', function () {
  for (const [given, uri] of [
    ['proxy.example.com:3128', 'http://proxy.example.com:3128/'],
    ['proxy.example.com', 'http://proxy.example.com/'],
    ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['[::1]:3128', 'http://[::1]:3128/'],
    ['localhost:3128', 'http://localhost:3128/'],
    ['http://proxy.example.com:3128', 'http://proxy.example.com:3128/'],
    ['https://proxy.example.com', 'https://proxy.example.com/'],
    [' http://proxy.example.com:3128 ', 'http://proxy.example.com:3128/'],
  ] as const) {
    it(`are named ${JSON.stringify(given)}, with or without http://`, function () {
      expect(href(proxiesOf({HTTPS_PROXY: given})['https:'])).to.equal(uri)
    })
  }

  for (const [given, login] of [
    [`operator:${hidden}@proxy.example.com:3128`, `operator:${hidden}`],
    [`http://operator:${encodeURIComponent('a@b:c')}@proxy.example.com`, 'operator:a@b:c'],
    ['http://operator@proxy.example.com', 'operator:'],
    ['http://100%:x@proxy.example.com', '100%:x'],
  ] as const) {
    it(`are given the login of ${given}, which is no part of their address`, function () {
      const proxy = proxiesOf({HTTPS_PROXY: given})['https:']
      expect(proxy?.token).to.equal(`Basic ${Buffer.from(login).toString('base64')}`)
      expect(proxy?.uri).to.match(/^http:\/\/proxy\.example\.com(:3128)?\/$/)
    })
  }

  for (const given of ['socks5://proxy.example.com:1080', `http://operator:${hidden}@`, `ftp://operator:${hidden}@proxy.example.com`, 'http://proxy.example.com:99999']) {
    it(`are refused by the name of the variable where it is ${given.split(':')[0]}, without what it holds`, function () {
      expect(() => proxiesOf({https_proxy: given})).to.throw(RotationError, 'https_proxy').and.include({code: 'ROTATE_PROXY', exit: 'usage'})
        .and.property('message').to.not.include(hidden)
    })
  }

  it('are that of HTTP_PROXY for both, where HTTPS_PROXY is not set', function () {
    const {'http:': http, 'https:': https} = proxiesOf({HTTP_PROXY: 'a:1'})
    expect([href(http), href(https)]).to.deep.equal(['http://a:1/', 'http://a:1/'])
    expect(href(proxiesOf({HTTPS_PROXY: 'b:1'})['http:'])).to.equal(null)
  })

  it('are those in lower case first, where an empty one means none', function () {
    expect(href(proxiesOf({HTTPS_PROXY: 'a:1', https_proxy: 'b:1'})['https:'])).to.equal('http://b:1/')
    expect(href(proxiesOf({HTTPS_PROXY: 'a:1', https_proxy: ''})['https:'])).to.equal(null)
  })
})

describe('NO_PROXY', function () {
  for (const [list, url, isPast] of [
    ['example.com', 'https://api.example.com', true],
    ['example.com', 'https://example.com', true],
    ['.example.com', 'https://api.example.com', true],
    ['.example.com', 'https://example.com', true],
    ['*.example.com', 'https://api.example.com', true],
    ['example.com.', 'https://api.example.com', true],
    ['EXAMPLE.com', 'https://API.Example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['api.example.com', 'https://example.com', false],
    ['a.test, example.com', 'https://api.example.com', true],
    ['a.test example.com', 'https://api.example.com', true],
    ['a.test,,  ,example.com', 'https://api.example.com', true],
    ['a.test,b.test', 'https://api.example.com', false],
    ['example.com:8443', 'https://api.example.com:8443', true],
    ['example.com:443', 'https://api.example.com', true],
    ['example.com:80', 'http://api.example.com', true],
    ['example.com:8443', 'https://api.example.com', false],
    ['*', 'https://api.example.com', true],
    ['a.test,*', 'https://api.example.com', true],
    ['', 'https://api.example.com', false],
    ['127.0.0.1', 'http://127.0.0.1:8080', true],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080', true],
    ['0.0.1', 'http://127.0.0.1', false],
    ['::1', 'http://[::1]:8080', true],
    ['[::1]', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]:8080', true],
    ['[::1]:8081', 'http://[::1]:8080', false],
    ['10.0.0.0/8', 'http://10.20.30.40', true],
    ['10.0.0.0/8', 'http://11.20.30.40', false],
    ['10.20.30.40/32', 'http://10.20.30.40:8080', true],
    ['0.0.0.0/0', 'http://10.20.30.40', true],
    ['0.0.0.0/0', 'https://api.example.com', false],
    ['10.0.0.0/33', 'http://10.20.30.40', false],
    ['10.0.0.0/', 'http://10.20.30.40', false],
    ['fd00::/8', 'http://[fd12::1]:8080', true],
    ['fd00::/8', 'http://10.20.30.40', false],
    ['localhost', 'http://localhost:8080', true],
    ['.', 'https://api.example.com', false],
  ] as const) {
    it(`${JSON.stringify(list)} ${isPast ? 'lets' : 'does not let'} ${url} go past the proxy`, function () {
      expect(isPastProxy(url, {NO_PROXY: list})).to.equal(isPast)
    })
  }

  it('is no_proxy first', function () {
    expect(isPastProxy('https://example.com', {NO_PROXY: 'example.com', no_proxy: 'a.test'})).to.equal(false)
  })

  it('lets nothing go past where it is not set', function () {
    expect(isPastProxy('https://example.com', {})).to.equal(false)
  })
})
