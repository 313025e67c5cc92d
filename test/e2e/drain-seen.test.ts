import {expect} from 'chai'

import type {AppSpec, Sandbox} from '../sandbox/sandbox.js'

import {startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {aliveIn, environmentOf, name} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {resultIn} from './result-document.js'

const quick = {config: {HEROKU_API_KEY: tokenOf(name)}, restartMs: 3000, sigtermMs: 1000}
const rotate = ['authorizations:rotate', '--description', name, '--canary', 'example-app-staging', '--app', 'example-app', '--confirm', name]

describe('a rotation whose old dynos are seen to end, at real speed', function () {
  this.timeout(60_000)

  let home: string
  let sandbox: Sandbox

  afterEach(async function () {
    await sandbox.close()
  })

  async function start(changes: Partial<AppSpec> = {}, switches: NonNullable<Parameters<typeof startSandbox>[0]>['switches'] = {}) {
    sandbox = await startSandbox({apps: [{...quick, name: 'example-app-staging'}, {...quick, ...changes, name: 'example-app'}], authorizations: [{description: name}], ...(switches && {switches})})
    home = await createHome(null)
  }

  const run = (words = rotate, options: Partial<Parameters<typeof runPlugin>[1]> = {}) => runPlugin(words, {env: environmentOf(sandbox), home, ...options})

  for (const logFormat of ['plain', 'sse'] as const) {
    it(`drains in under 3 s, and is done in under 12 s (${logFormat})`, async function () {
      await start({}, {logFormat})
      const {durationMs, exitCode, stderr, stdout} = await run([...rotate, '--json'])
      expect(exitCode, stderr).to.equal(0)
      const {api_calls: calls, consumers, phases} = resultIn(stdout)
      expect(phases.find(phase => phase.name === 'drain')?.seconds).to.be.below(3)
      expect(durationMs).to.be.below(12_000)
      expect(consumers.map(({drained}) => Object.keys(drained ?? {}))).to.deep.equal([['seen'], ['seen']])
      expect(sandbox.log).to.have.length(calls)
      expect(sandbox.logStreams).to.have.length(2)
      for (const headers of sandbox.logStreams) {
        expect(headers).not.to.have.property('authorization')
        expect(leaksIn(JSON.stringify(headers), [sandbox.sessionToken])).to.deep.equal([])
      }

      expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('waits for one old dyno that takes 12 s, to the second', async function () {
    await start({sigtermMs: 12_000})
    const {exitCode, stderr} = await run()
    expect(exitCode, stderr).to.equal(0)
    const written = sandbox.world.app('example-app').currentRelease.createdAt
    const revoked = sandbox.log.find(({method}) => method === 'DELETE')?.at ?? 0
    expect(revoked - written).to.be.within(12_000, 13_000)
    expect(stderr).to.include('2 apps: old dynos ended 12 s after the release')
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('ends at once on Ctrl-C while it waits: no log holds it back', async function () {
    await start({sigtermMs: 25_000})
    const {durationMs, exitCode} = await run(rotate, {signalAt: {signal: 'SIGINT', when: 'waiting for old dynos'}})
    expect(exitCode).to.equal(130)
    expect(durationMs).to.be.below(15_000)
    expect(aliveIn(sandbox)).to.include(name)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('ends at once where it fails: no log holds it back', async function () {
    await start({crashes: true, restartMs: 500})
    const {durationMs, exitCode} = await run()
    expect(exitCode).to.not.equal(0)
    expect(durationMs).to.be.below(10_000)
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
