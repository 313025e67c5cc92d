import {expect} from 'chai'

import {type AppSpec, createSandbox, type Sandbox, startSandbox, type Switches, virtualClock} from '../../sandbox/sandbox.js'
import {ask, textAt} from './api-client.js'

function sandboxWith(spec: Partial<AppSpec> = {}, switches: Partial<Switches> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [{config: {A: '1'}, name: 'example-app', restartMs: 2000, sigtermMs: 1000, ...spec}], clock, switches: {logFormat: 'plain', ...switches}})
  return {clock, sandbox}
}

const open = (sandbox: Sandbox, isWhole = false) => ask(sandbox, 'POST', '/apps/example-app/log-sessions', {body: {...(!isWhole && {source: 'heroku'}), tail: true}})

/** Reads a session until the time is over, while `happen` happens. */
async function read({clock, sandbox}: ReturnType<typeof sandboxWith>, happen: () => void = () => sandbox.world.setConfig('example-app', {A: '2'}), ms = 60_000, isWhole = false): Promise<string> {
  const url = textAt((await open(sandbox, isWhole)).body, 'logplex_url')
  const gone = new AbortController()
  const response = await sandbox.fetch(url, {signal: gone.signal})
  let told = ''
  const reading = (async () => {
    if (response.body) for await (const chunk of response.body) told += new TextDecoder().decode(chunk)
  })().catch(() => {})
  happen()
  await clock.advance(ms)
  gone.abort()
  await reading
  return told
}

const textsOf = (told: string) => told.split('\n').filter(Boolean).map(line => line.replace(/^\S+ /, ''))

const stopped = ['heroku[web.1]: Restarting', 'heroku[web.1]: State changed from up to starting', 'heroku[web.1]: Stopping all processes with SIGTERM']
const started = ['heroku[web.1]: Starting process with command `npm start`']
const ended = ['heroku[web.1]: Process exited with status 143', 'heroku[web.1]: State changed from starting to up']

describe('log sessions of the sandbox', function () {
  it('say what the platform says of a restart, and nothing of the app', async function () {
    expect(textsOf(await read(sandboxWith()))).to.deep.equal([...stopped, ...started, ...ended])
    expect(textsOf(await read(sandboxWith(), undefined, 60_000, true))).to.include('app[web.1]: Listening')
  })

  it('have the new dyno start before or after the old one is told to stop, as public logs do', async function () {
    const world = sandboxWith()
    await read(world)
    const second = textsOf(await read(world, () => world.sandbox.world.setConfig('example-app', {A: '3'}))).slice(6)
    expect(second).to.deep.equal([...stopped.slice(0, 2), ...started, ...stopped.slice(2), ...ended])
  })

  it('come as server-sent events', async function () {
    const told = await read(sandboxWith({}, {logFormat: 'sse'}))
    expect(told).to.match(/^id: 1\ndata: 2026-01-15T12:00:00\.\d{6}\+00:00 heroku\[web\.1]: Restarting\n\nid: 2\n/)
  })

  it('say that a dyno was killed, that a new one crashed, and that preboot stops the old one late', async function () {
    expect(await read(sandboxWith({sigtermMs: 40_000}))).to.include('Error R12').and.to.include('status 137')
    expect(await read(sandboxWith({crashes: true}))).to.include('Process exited with status 1\n').and.to.include('State changed from starting to crashed')
    const late = await read(sandboxWith({preboot: true, prebootMs: 50_000}))
    expect(late.indexOf('SIGTERM')).to.be.above(late.indexOf('starting to up'))
  })

  const moods: [mood: Switches['logMood'], judge: (lines: string[]) => boolean][] = [
    ['silent', lines => lines.length === 0],
    ['doubled', lines => lines.length === 12],
    ['lossy', lines => lines.length < 6 && lines.length > 0],
    ['gappy', lines => lines.length === 6 && lines.some(line => line.includes('Error L10'))],
    ['broken', lines => lines.length === 4],
    ['late', lines => lines.length === 6],
    ['shuffled', lines => lines.length === 6 && lines.join('\n') !== [...stopped, ...started, ...ended].join('\n')],
  ]
  for (const [logMood, judge] of moods) {
    it(`are ${logMood} where the switch says so`, async function () {
      const lines = textsOf(await read(sandboxWith({}, {logMood})))
      expect(judge(lines), lines.join('\n')).to.equal(true)
    })
  }

  it('are so late that nothing is there after 3.9 s', async function () {
    expect(await read(sandboxWith({}, {logMood: 'late'}), undefined, 3900)).to.equal('')
  })

  it('are refused, or gone, where the switch says so, and for Fir', async function () {
    expect((await open(sandboxWith({}, {logMood: 'refused'}).sandbox)).status).to.equal(422)
    expect((await open(sandboxWith({generation: 'fir'}).sandbox)).status).to.equal(422)
    const {sandbox} = sandboxWith({}, {logMood: 'gone'})
    expect((await sandbox.fetch(textAt((await open(sandbox)).body, 'logplex_url'))).status).to.equal(404)
  })

  it('make it a violation to send the token of the session to the log host', async function () {
    const {sandbox} = sandboxWith()
    await ask(sandbox, 'GET', new URL(textAt((await open(sandbox)).body, 'logplex_url')).pathname.replace(/[^/]+$/, 'none')).catch(() => {})
    expect(sandbox.world.violations.map(({kind}) => kind)).to.deep.equal(['leak'])
    expect(sandbox.logStreams).to.have.length(1)
  })

  it('are read over a socket too, at the address of the sandbox', async function () {
    const sandbox = await startSandbox({apps: [{config: {A: '1'}, name: 'example-app', restartMs: 0, sigtermMs: 0}]})
    try {
      const url = textAt((await open(sandbox)).body, 'logplex_url')
      expect(url.startsWith(sandbox.url)).to.equal(true)
      const {body} = await fetch(url)
      sandbox.world.setConfig('example-app', {A: '2'})
      let told = ''
      if (body) {
        for await (const chunk of body) {
          told += new TextDecoder().decode(chunk)
          if (told.includes('starting to up')) break
        }
      }

      expect(told).to.include('Process exited with status 143')
    } finally {
      await sandbox.close()
    }
  })
})
