import {expect} from 'chai'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'

import {LogWatch} from '../../../../../src/lib/consumers/heroku-config/log-watch.js'
import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {type AppSpec, createSandbox, type FaultKind, virtualClock} from '../../../../sandbox/sandbox.js'
import {makeInProcess} from '../../../../support/in-process.js'
import {sampleToken} from '../../../../support/sample-token.js'

const at = consumer({app: 'example-app', keys: ['HEROKU_API_KEY'], kind: 'heroku-config'})
const values = () => new Map([['HEROKU_API_KEY', new Secret(sampleToken('incoming'))]])

function place(spec: Partial<AppSpec> = {}, parts: Partial<Access> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [{config: {HEROKU_API_KEY: sampleToken('one')}, name: 'example-app', restartMs: 3000, sigtermMs: 1000, ...spec}], clock})
  const {context, interrupt} = makeInProcess({clock, root: '/nowhere', sandbox})
  const over = new AbortController()
  const access: Access = {...context.outside, api: context.api, clock, over: over.signal, progress() {}, resumed: false, signal: context.signal, timeoutMs: 60_000, ...parts}
  const app = sandbox.world.app('example-app')
  return {access, app, clock, interrupt, over, sandbox}
}

/** A log host of the test's own: `say` sends a line about web.1, so many seconds after the release. */
function scripted(spec: Partial<AppSpec> = {}) {
  let send = (_text: string) => {}
  let signal: AbortSignal | null = null
  const fetch: Access['fetch'] = async (_url, init) => {
    signal = init.signal ?? null
    return new Response(new ReadableStream<Uint8Array>({
      start(controller) {
        send = text => controller.enqueue(new TextEncoder().encode(text))
      },
    }))
  }

  const made = place(spec, {fetch})
  const say = (seconds: number, text: string) => {
    const {createdAt} = made.app.currentRelease
    send(`data: ${new Date(createdAt + seconds * 1000).toISOString().replace('Z', '000+00:00')} heroku[web.1]: ${text}\n\n`)
  }

  const written = async () => {
    const evidence = await at.write(values(), made.access)
    await at.settle(evidence, made.access)
    const {watch} = evidence
    if (!watch) throw new Error('nobody watches')
    return watch
  }

  return {...made, isAborted: () => signal?.aborted ?? false, say, written}
}

const TERM = 'Stopping all processes with SIGTERM'
const exit = (status: number) => `Process exited with status ${status}`

describe('LogWatch', function () {
  const off: [title: string, change: (access: Access) => Access][] = [
    ['nobody waits for old dynos', ({over: _, ...rest}) => rest],
    ['there are more apps than calls', access => ({...access, savesCalls: true})],
  ]
  for (const [title, change] of off) {
    it(`asks for nothing where ${title}`, async function () {
      const {access, sandbox} = place()
      expect(await LogWatch.open('example-app', change(access))).to.equal(null)
      expect(sandbox.log).to.deep.equal([])
    })
  }

  const faults: FaultKind[] = ['401', '429', '500', '500-after', '503', 'hang', 'hang-after', 'malformed-json', 'reset-after', 'reset-before', 'wrong-shape']
  for (const kind of faults) {
    it(`does not hold up the write where Heroku gives no session: ${kind}`, async function () {
      const {access, clock, sandbox} = place()
      sandbox.faults.arm({kind, match: {method: 'POST', path: '/apps/:app/log-sessions'}, times: 99})
      const began = clock.now()
      const evidence = await at.write(values(), access)
      expect([evidence.wrote, evidence.watch]).to.deep.equal([true, undefined])
      expect((await at.settle(evidence, access))?.stillRunning).to.deep.include({grace: 30})
      const writes = sandbox.log.filter(({method}) => method === 'PATCH')
      expect(writes.map(({at: time}) => time - began <= 5500)).to.deep.equal([true])
    })
  }

  it('sees nothing where a dyno was scaled away since the plan: the log may begin after its SIGTERM', async function () {
    const {access} = place({dynos: {web: 2}})
    expect(await LogWatch.open('example-app', {...access, dynos: 3})).to.equal(null)
    expect(await LogWatch.open('example-app', {...access, dynos: 2})).not.to.equal(null)
  })

  it('gives a log host that does not answer up after 5 s', async function () {
    const {access, clock} = place({}, {fetch: (_url, {signal}) => new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')))
    })})
    const began = clock.now()
    expect(await LogWatch.open('example-app', access)).to.equal(null)
    expect(clock.now() - began).to.equal(5000)
  })

  it('stops the write where the person interrupts, and nothing is written', async function () {
    let interrupt = () => {}
    let isAsIs = false
    const made = place({}, {
      async fetch() {
        interrupt()
        return new Response('')
      },
      leftAsIs() {
        isAsIs = true
      },
    })
    interrupt = made.interrupt
    const error: unknown = await at.write(values(), made.access).catch((error_: unknown) => error_)
    expect(String(error)).to.include('nterrupt')
    expect(isAsIs).to.equal(true)
    expect(made.sandbox.log.filter(({method}) => method === 'PATCH')).to.deep.equal([])
  })

  it('reads no further when the end was seen, and when the rotation is over', async function () {
    const first = scripted()
    const watch = await first.written()
    expect(first.isAborted()).to.equal(false)
    first.say(1, TERM)
    first.say(2, exit(143))
    expect((await watch.ended(first.clock.now() + 30_000))?.seconds).to.equal(2)
    expect(first.isAborted()).to.equal(true)
    const second = scripted()
    const waiting = (await second.written()).ended(second.clock.now() + 30_000)
    const began = second.clock.now()
    second.over.abort()
    expect(await waiting).to.equal(null)
    expect([second.isAborted(), second.clock.now() - began]).to.deep.equal([true, 0])
  })

  it('tells everybody who waits: an app of two rotations is written once', async function () {
    const {clock, say, written} = scripted()
    const watch = await written()
    const until = clock.now() + 30_000
    const waiting = [watch.ended(until), watch.ended(until)]
    await clock.sleep(5000)
    say(1, TERM)
    say(8, exit(143))
    const began = clock.now()
    expect((await Promise.all(waiting)).map(seen => seen?.seconds)).to.deep.equal([8, 8])
    expect(clock.now() - began).to.be.below(1100)
  })

  const late: [title: string, lines: [number, string][], becomes: 'crashed' | 'restarted' | 'well', isSeen: boolean][] = [
    ['an exit by SIGTERM', [[1, TERM], [9, exit(143)]], 'well', true],
    ['another exit, and the new dyno is up', [[1, TERM], [9, exit(0)]], 'well', true],
    ['another exit, and the new dyno has crashed: it may be its own', [[1, TERM], [9, exit(1)]], 'crashed', false],
    ['an exit by SIGTERM that came late, after another release', [[9, TERM], [9.5, exit(143)]], 'restarted', false],
    ['a SIGTERM that came late, of preboot', [[9, TERM], [9.5, exit(143)]], 'well', true],
    ['a crash after the end', [[1, TERM], [9, exit(1)], [9.1, 'State changed from up to crashed']], 'well', false],
  ]
  for (const [title, lines, becomes, isSeen] of late) {
    it(`${isSeen ? 'takes' : 'does not take'} for the end: ${title}`, async function () {
      const {app, clock, say, sandbox, written} = scripted()
      const watch = await written()
      const waiting = watch.ended(clock.now() + 30_000)
      await clock.sleep(6000)
      for (const [seconds, text] of lines) say(seconds, text)
      if (becomes === 'restarted') sandbox.world.setConfig('example-app', {UNRELATED: 'deployed'})
      for (const dyno of app.dynos) if (becomes === 'crashed') dyno.state = 'crashed'
      expect((await waiting) !== null).to.equal(isSeen)
    })
  }

  it('does not confirm an end in less time than is left', async function () {
    const {clock, say, written} = scripted()
    const watch = await written()
    const until = clock.now() + 10_000
    const waiting = watch.ended(until)
    await clock.sleep(9500)
    say(1, TERM)
    say(12, exit(0))
    expect(await waiting).to.equal(null)
    expect(clock.now()).to.equal(until)
    expect((await watch.ended(clock.now() + 5000))?.seconds).to.equal(12)
  })

  it('gives up an app that says more of its dynos than it can keep', async function () {
    const {clock, isAborted, say, written} = scripted()
    const watch = await written()
    for (let index = 0; index <= 1000; index++) say(index / 100 - 5000, 'Restarting')
    const began = clock.now()
    expect(await watch.ended(began + 30_000)).to.equal(null)
    expect([isAborted(), clock.now() - began]).to.deep.equal([true, 0])
  })
})
