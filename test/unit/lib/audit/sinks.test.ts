import {expect} from 'chai'
import {execa} from 'execa'
import {createHmac} from 'node:crypto'
import {constants, open, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {createServer, type IncomingHttpHeaders, type Server, type ServerResponse} from 'node:http'

import type {Announcement} from '../../../../src/lib/audit/announcement.js'
import type {Run, RunOptions} from '../../../../src/lib/ports.js'

import {runWith} from '../../../../src/lib/system/child-process.js'
import {leaked} from '../../../support/leaks.js'
import {alive, CREDENTIAL, holder, requestOf, rotate, scene} from '../../../support/rotations.js'
import {sampleToken} from '../../../support/sample-token.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'

type Heard = {body: string; headers: IncomingHttpHeaders; method: string | undefined}
type Answer = (response: ServerResponse, count: number) => void

const INCOMING = `${CREDENTIAL}-2026-01-15`
const answer = (status: number, headers: Record<string, string> = {}): Answer => response => response.writeHead(status, headers).end()

describe('announce', function () {
  const root = tempRoot()
  const servers: Server[] = []

  afterEach('stops listening', async function () {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    }
  })

  async function listen(how: Answer = answer(200)) {
    const heard: Heard[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      heard.push({body: Buffer.concat(chunks).toString(), headers: request.headers, method: request.method})
      how(response, heard.length)
    })
    servers.push(server)
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('listens on no port')
    return {heard, url: `http://127.0.0.1:${address.port}/rotated`}
  }

  /** A whole rotation that is told to them, on a clock that waits for real sockets. */
  async function told(announce: Partial<Announcement>, {env = {}, exitCode = 0, run, waits = true}: {env?: Record<string, string>; exitCode?: null | number; run?: Run; waits?: boolean} = {}) {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    const ran: {command: readonly string[]; options: RunOptions}[] = []
    const one = process()
    const {context} = one
    Object.assign(context.outside, {
      env,
      fetch: (url: string, init: RequestInit) => clock.during(fetch(url, init)),
      async run(command: readonly string[], options: RunOptions) {
        if (run) return waits ? clock.during(run(command, options)) : run(command, options)
        ran.push({command, options})
        return {exitCode, stderr: '', stdout: ''}
      },
    })
    const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const rotation = await rotate(context, requestOf(['example-app'], {announce: {audit: [], notify: [], ...announce}}))
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    const warnings = one.events.flatMap(event => (event.type === 'warning' ? [event.text] : []))
    const tokens = [outgoing, sandbox.world.authorizations.find(({description}) => description === INCOMING)?.token ?? '']
    return {process, ran, rotation, tokens, warnings}
  }

  const webhook = (url: string, secretEnv?: string): Partial<Announcement> => ({audit: [{kind: 'webhook', private: true, url, ...(secretEnv ? {secretEnv} : {})}]})

  it('posts the audit entry, without a token in it', async function () {
    const {heard, url} = await listen()
    const {rotation, tokens, warnings} = await told(webhook(url))
    expect(warnings).to.deep.equal([])
    expect(heard).to.have.length(1)
    const [{body = '', headers = {}, method} = {}] = heard
    expect(method).to.equal('POST')
    expect(headers).to.include({'content-type': 'application/json'}).and.not.have.any.keys('authorization', 'x-signature-256')
    expect(JSON.parse(body)).to.deep.include({action: 'secret.rotate.completed', description: CREDENTIAL, rotation: rotation.id})
    expect(leaked(body, tokens)).to.deep.equal([])
  })

  it('signs what it posts with the secret of the environment, which it does not send', async function () {
    const {heard, url} = await listen()
    const secret = sampleToken('signing')
    await told(webhook(url, 'AUDIT_SECRET'), {env: {AUDIT_SECRET: secret}})
    const [{body = '', headers = {}} = {}] = heard
    expect(headers['x-signature-256']).to.equal(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
    expect(leaked(body + JSON.stringify(headers), [secret])).to.deep.equal([])
  })

  it('posts nothing unsigned where the secret is not set', async function () {
    const {heard, url} = await listen()
    const {warnings} = await told(webhook(url, 'AUDIT_SECRET'))
    expect(heard).to.deep.equal([])
    expect(warnings).to.deep.equal([`${new URL(url).host} did not get word of the rotation: AUDIT_SECRET is not set, so it cannot be signed`])
  })

  it('posts again until it is heard, the same text each time', async function () {
    const {heard, url} = await listen((response, count) => count === 1 ? response.destroy() : response.writeHead(count === 2 ? 503 : 204).end())
    const {warnings} = await told(webhook(url))
    expect(warnings).to.deep.equal([])
    expect(heard).to.have.length(3)
    expect(new Set(heard.map(({body}) => body)).size).to.equal(1)
  })

  const deaf: [string, Answer, string][] = [
    ['refuses', answer(500), 'status 500'],
    ['hangs up', response => response.destroy(), 'no connection'],
    ['sends it elsewhere', answer(302, {location: 'http://127.0.0.1:9/'}), 'status 302'],
  ]
  for (const [what, how, why] of deaf) {
    it(`completes the rotation and warns where who is told ${what}`, async function () {
      const {heard, url} = await listen(how)
      const {warnings} = await told(webhook(url))
      expect(heard).to.have.length(3)
      expect(warnings).to.deep.equal([`${new URL(url).host} did not get word of the rotation: ${why}`])
    })
  }

  it('posts to no private address that the file does not allow', async function () {
    const {heard, url} = await listen()
    const {warnings} = await told({audit: [{kind: 'webhook', url}], notify: [{kind: 'webhook', url}]})
    expect(heard).to.deep.equal([])
    const {host} = new URL(url)
    const why = 'it is an address of this machine or of a private network, and the rotation file does not say private: true'
    expect(warnings).to.deep.equal([`${host} did not get word of the rotation: ${why}`, `${host} did not get word of the rotation: ${why}`])
  })

  it('completes the rotation where an answer has no end', async function () {
    const {url} = await listen(response => response.writeHead(200).write('x'.repeat(1024 * 1024 + 1)))
    const {warnings} = await told(webhook(url))
    expect(warnings).to.deep.equal([`${new URL(url).host} did not get word of the rotation: the answer has more than 1 MB`])
  })

  for (const isRead of [false, true]) {
    it(`does not wait for a pipe in the place of a file, which ${isRead ? 'somebody' : 'nobody'} reads`, async function () {
      if (process.platform === 'win32') return skip(this, 'there are no pipes with a path')
      const path = `${root()}/pipe`
      await execa('sh', ['-c', 'mkfifo "$0"', path])
      const reader = isRead ? await open(path, constants.O_RDONLY | constants.O_NONBLOCK) : null
      const {warnings} = await told({audit: [{kind: 'file', path}]})
      await reader?.close()
      expect(warnings).to.deep.equal([`${path} did not get word of the rotation: it is no regular file`])
    })
  }

  for (const [what, text] of [['leads to a file', 'true\n'], ['leads to no file yet', null]] as const) {
    it(`follows no link that ${what}`, async function () {
      if (process.platform === 'win32') return skip(this, 'there is no flag for it')
      const [path, target] = [`${root()}/copy.jsonl`, `${root()}/.bash_aliases`]
      if (text !== null) await writeFile(target, text)
      await symlink(target, path)
      const {warnings} = await told({audit: [{kind: 'file', path}]})
      expect(warnings).to.deep.equal([`${path} did not get word of the rotation: it is no regular file`])
      expect(await readFile(target, 'utf8').catch(() => null)).to.equal(text)
    })
  }

  it('does not wait longer than 15 seconds for a command that its deadline does not end', async function () {
    const {warnings} = await told({audit: [{kind: 'command', run: ['logger']}]}, {run: () => new Promise(() => {}), waits: false})
    expect(warnings).to.deep.equal(['logger did not get word of the rotation: no answer within 15 seconds'])
  })

  it('completes the rotation and warns where nobody listens', async function () {
    const {warnings} = await told(webhook('http://127.0.0.1:9/rotated'))
    expect(warnings).to.have.length(1)
  })

  it('tells people in a sentence, in the shape of Slack', async function () {
    const {heard, url} = await listen()
    const {rotation, warnings} = await told({notify: [{kind: 'webhook', private: true, url}]})
    expect(warnings).to.deep.equal([])
    expect(JSON.parse(heard[0]?.body ?? '')).to.deep.equal({
      text: `The Heroku token ${CREDENTIAL} was rotated by ${rotation.plan.actor} (old ${rotation.plan.outgoing.id}, new ${rotation.state.incoming?.id}).`,
    })
  })

  it('adds a line to a file, which it makes for its owner only', async function () {
    const path = `${root()}/copy.jsonl`
    const {rotation} = await told({audit: [{kind: 'file', path}]})
    const text = await readFile(path, 'utf8')
    expect(text.endsWith('\n')).to.equal(true)
    expect(JSON.parse(text)).to.deep.include({action: 'secret.rotate.completed', rotation: rotation.id})
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).to.equal(0o600)
  })

  it('leaves what is in the file', async function () {
    const path = `${root()}/copy.jsonl`
    await writeFile(path, '{"earlier":true}\n')
    await told({audit: [{kind: 'file', path}]})
    expect((await readFile(path, 'utf8')).split('\n')[0]).to.equal('{"earlier":true}')
  })

  it('warns of a file that cannot be written', async function () {
    const {warnings} = await told({audit: [{kind: 'file', path: root()}]})
    expect(warnings).to.deep.equal([`${root()} did not get word of the rotation: EISDIR`])
  })

  it('gives the entry to a command on its stdin', async function () {
    const {ran, rotation, warnings} = await told({audit: [{kind: 'command', run: ['logger', '--tag', 'rotate']}]})
    expect(warnings).to.deep.equal([])
    expect(ran.map(({command}) => command)).to.deep.equal([['logger', '--tag', 'rotate']])
    expect(JSON.parse(String(ran[0]?.options.input))).to.deep.include({rotation: rotation.id})
  })

  it('warns of a command that is not there', async function () {
    const {warnings} = await told({audit: [{kind: 'command', run: ['/nowhere/logger']}]}, {run: runWith({PATH: ''})})
    expect(warnings).to.deep.equal(['/nowhere/logger did not get word of the rotation: ENOENT'])
  })

  for (const [exitCode, why] of [[7, 'exit 7'], [null, 'took too long']] as const) {
    it(`warns of a command that ends with ${exitCode ?? 'nothing'}, after three tries`, async function () {
      const {ran, warnings} = await told({audit: [{kind: 'command', run: ['logger']}]}, {exitCode})
      expect(ran).to.have.length(3)
      expect(warnings).to.deep.equal([`logger did not get word of the rotation: ${why}`])
    })
  }

  it('tells all of them, whatever one of them does', async function () {
    const [good, bad, people] = [await listen(), await listen(answer(500)), await listen()]
    const path = `${root()}/copy.jsonl`
    const {warnings} = await told({
      audit: [{kind: 'webhook', private: true, url: bad.url}, {kind: 'webhook', private: true, url: good.url}, {kind: 'file', path}], notify: [{kind: 'webhook', private: true, url: people.url}],
    })
    expect(warnings).to.have.length(1)
    expect([good.heard.length, people.heard.length, (await readFile(path, 'utf8')).trimEnd().split('\n').length]).to.deep.equal([1, 1, 1])
  })
})
