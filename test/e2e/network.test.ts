import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Sandbox} from '../sandbox/sandbox.js'

import {createHome, logIn} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {trustFile} from '../support/trust.js'
import {aliveIn, confirmed, environmentOf, name, planned, rotate, startExample} from './example-rotation.js'
import {resultIn} from './result-document.js'
import {toldError} from './told-error.js'
import {closed, hidden, makeCertificate, startBodiless, startFront, startProxy} from './way-to-the-sandbox.js'

const check = ['authorizations:rotate:check', ...planned, '--json']

describe('between the plugin and Heroku', function () {
  this.timeout(60_000)

  const open: {close(): Promise<void>}[] = []
  let home: string
  let sandbox: Sandbox

  const opened = async <T extends {close(): Promise<void>}>(starting: Promise<T>): Promise<T> => {
    const started = await starting
    open.push(started)
    return started
  }

  beforeEach(async function () {
    sandbox = await opened(startExample())
    home = await createHome(null)
  })

  afterEach(async function () {
    for (const each of open.splice(0).toReversed()) await each.close()
  })

  const portOf = (url: string) => Number(new URL(url).port)
  const run = (args: string[], env: Record<string, string | undefined>) => runPlugin(args, {env: {...environmentOf(sandbox), ...env}, home})

  it('a proxy of HTTP_PROXY carries every call of a rotation', async function () {
    const proxy = await opened(startProxy({to: portOf(sandbox.url)}))
    const {exitCode, stderr} = await run([...rotate, ...confirmed], {HEROKU_HOST: closed, HTTP_PROXY: `http://127.0.0.1:${proxy.port}`})
    expect(exitCode, stderr).to.equal(0)
    expect(new Set(proxy.targets)).to.deep.equal(new Set([new URL(closed).host]))
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
    it(`a proxy of ${variable} carries the calls to an https host`, async function () {
      const certificate = await makeCertificate(home)
      if (!certificate) return skip(this, 'there is no openssl to make a certificate with')
      const {certFile, ...tls} = certificate
      const front = await opened(startFront(sandbox.url, tls))
      const proxy = await opened(startProxy())
      const {exitCode, stdout} = await run(check, {
        HEROKU_HOST: `https://${hidden}:${front.port}`, NODE_EXTRA_CA_CERTS: certFile, [variable]: `http://127.0.0.1:${proxy.port}`,
      })
      expect(exitCode, stdout).to.equal(0)
      expect(proxy.targets).to.include(`${hidden}:${front.port}`)
      expect(sandbox.log).to.have.length(resultIn(stdout).api_calls)
    })
  }

  it('a proxy that looks into connections is trusted where SSL_CERT_FILE names its CA, and told of where nothing does', async function () {
    const certificate = await makeCertificate(home)
    if (!certificate) return skip(this, 'there is no openssl to make a certificate with')
    const {certFile, ...tls} = certificate
    const [front, proxy] = [await opened(startFront(sandbox.url, tls)), await opened(startProxy())]
    const env = {HEROKU_HOST: `https://${hidden}:${front.port}`, HTTPS_PROXY: `127.0.0.1:${proxy.port}`}
    const trusting = await run(check, {...env, SSL_CERT_FILE: certFile})
    expect(trusting.exitCode, trusting.stdout).to.equal(0)
    const {exitCode, stderr} = await run([...rotate, ...confirmed], env)
    expect(exitCode, stderr).to.equal(1)
    expect(stderr.replaceAll(/\s+/g, ' ')).to.include('NODE_EXTRA_CA_CERTS').and.include('SSL_CERT_FILE')
  })

  it('a proxy named without http:// is one, and nothing is said of how it is reached', async function () {
    const proxy = await opened(startProxy({to: portOf(sandbox.url)}))
    const {exitCode, stderr, stdout} = await run(check, {HEROKU_HOST: closed, HTTP_PROXY: `127.0.0.1:${proxy.port}`})
    expect(exitCode, stdout).to.equal(0)
    expect(proxy.targets).to.have.length.greaterThan(0)
    expect(stderr).to.equal('')
  })

  it('a proxy carries the question of a probe, and an answer without a body', async function () {
    const [endpoint, proxy] = [await opened(startBodiless()), await opened(startProxy())]
    const file = join(home, 'rotation.yml')
    const probe = `{kind: http, url: "http://localhost.invalid:${endpoint.port}/health"}`
    await writeFile(file, `version: 1\nrotations:\n  ${name}:\n    probes: [${probe}]\n`)
    await trustFile(file, home, sandbox.sessionToken)
    const {exitCode, stdout} = await run([...check, '--file', file], {HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.1'})
    expect(exitCode, stdout).to.equal(0)
    expect(proxy.targets).to.deep.equal([`localhost.invalid:${endpoint.port}`])
  })

  it('a proxy gets the credentials of its URL, which nobody else sees', async function () {
    const proxy = await opened(startProxy({to: portOf(sandbox.url)}))
    const HTTP_PROXY = `http://operator:open-sesame@127.0.0.1:${proxy.port}`
    const {exitCode, stderr, stdout} = await run(check, {DEBUG: '*', HEROKU_HOST: closed, HTTP_PROXY})
    expect(exitCode, stdout).to.equal(0)
    expect(new Set(proxy.authorizations)).to.deep.equal(new Set([`Basic ${Buffer.from('operator:open-sesame').toString('base64')}`]))
    expect(stdout + stderr).not.to.include('open-sesame')
  })

  it('NO_PROXY goes past the proxy', async function () {
    const proxy = await opened(startProxy())
    const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`
    const {exitCode, stdout} = await run(check, {HTTP_PROXY, HTTPS_PROXY: HTTP_PROXY, NO_PROXY: '127.0.0.1'})
    expect(exitCode, stdout).to.equal(0)
    expect(proxy.targets).to.deep.equal([])
    expect(sandbox.log).to.have.length(resultIn(stdout).api_calls)
  })

  it('a proxy that refuses is told of, without its credentials', async function () {
    const proxy = await opened(startProxy({refuses: true}))
    const {exitCode, stderr} = await run([...rotate, ...confirmed], {HTTP_PROXY: `http://operator:open-sesame@127.0.0.1:${proxy.port}`})
    expect(exitCode, stderr).to.equal(1)
    expect(toldError(stderr)).to.deep.include({code: 'ROTATE_UNREACHABLE'})
    expect(toldError(stderr).next).to.include('PROXY')
    expect(stderr).to.include('(407')
    expect(stderr).not.to.include('open-sesame')
    expect(sandbox.log).to.deep.equal([])
  })

  it('HEROKU_HEADERS are sent with every call', async function () {
    const front = await opened(startFront(sandbox.url))
    const HEROKU_HEADERS = JSON.stringify({'User-Agent': 'example-agent', 'X-Example': 'one'})
    const {exitCode, stdout} = await run(check, {HEROKU_HEADERS, HEROKU_HOST: `http://127.0.0.1:${front.port}`})
    expect(exitCode, stdout).to.equal(0)
    expect(front.headers).to.have.length(resultIn(stdout).api_calls)
    expect(new Set(front.headers.map(headers => headers['x-example']))).to.deep.equal(new Set(['one']))
    expect(new Set(front.headers.map(headers => headers['user-agent']))).to.deep.equal(new Set(['example-agent']))
  })

  // In the heroku CLI: every-system.test.ts.
  it('the session is that of ~/.netrc where HEROKU_API_KEY is not set', async function () {
    await logIn(home, sandbox.url, {email: 'operator@example.com', token: sandbox.sessionToken})
    const {exitCode, stdout} = await run(check, {HEROKU_API_KEY: undefined})
    expect(exitCode, stdout).to.equal(0)
    expect(sandbox.log.filter(({as}) => as === 'nobody')).to.deep.equal([])
  })
})
