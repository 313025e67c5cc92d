import {expect} from 'chai'
import {mkdtemp, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {z} from 'zod'

import type {AppSpec, Fault, Sandbox} from '../sandbox/sandbox.js'

import {isWhole} from '../matrix/whole.js'
import {createHome, herokuTerminal, type Installation, installPlugin, spawnHeroku} from '../support/heroku-cli.js'
import {pluginTerminal, spawnPlugin} from '../support/plugin-cli.js'
import {app, confirmed, entriesBelow, environmentOf, name, releasing, rotate, startExample} from './example-rotation.js'
import {formsOf, leaksIn, watchProcesses} from './leaks.js'

/** Of characters that look different in a URL and in JSON. */
const outgoing = String.raw`HRKU-AA+/="\&%?0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN`

const loud = {DEBUG: '*', HEROKU_DEBUG: '1', HEROKU_DEBUG_HEADERS: '1'}

type Run = {
  args?: string[]
  changes?: Record<string, Partial<AppSpec>>
  env?: Record<string, string | undefined>
  exit?: number
  fault?: Fault
  /** In the real heroku CLI, which has debug output and streams of its own. */
  isCli?: boolean
  title: string
  tty?: boolean
}

const runs: Run[] = [
  // Each says less than one that follows, or than one with telemetry.
  ...(isWhole ? [{isCli: true, title: 'into a pipe'}, {env: loud, isCli: true, title: 'with debug output'}, {title: 'on a terminal', tty: true}] : []),
  {args: ['--json'], env: loud, title: 'as JSON, with debug output'},
  {env: loud, isCli: isWhole, title: 'on a terminal, with debug output', tty: true},
  {args: ['--json'], changes: {[app]: {crashes: true}}, env: loud, exit: 3, title: 'when dynos crash'},
  {
    env: loud,
    exit: 3,
    fault: {kind: 'malformed-json', match: {method: 'POST', path: '/oauth/authorizations'}, times: 9},
    title: 'when the answer to the create is cut short',
  },
  // In process: test/rotation/phases/leaks.test.ts, with the files and everything that is in the errors.
  ...(isWhole
    ? [
      {env: loud, fault: {kind: 'reset-after', match: {method: 'POST', path: '/oauth/authorizations'}}, title: 'when the answer to the create is lost'},
      {env: loud, exit: 3, fault: {kind: '401', match: {method: 'PATCH', path: '/apps/:app/config-vars'}}, title: 'when config vars cannot be written'},
    ] satisfies Run[]
    : []),
]

/** Every token that ever belonged to the credential, also to an authorization that was revoked at once. */
function tokensOf(sandbox: Sandbox): Set<string> {
  const tokens = new Set<string>([outgoing])
  sandbox.faults.armRaw(() => {
    for (const {description, token} of sandbox.world.authorizations) if (description.startsWith(name)) tokens.add(token)
    return undefined
  })
  return tokens
}

/** What the worker was given, which outlives the CLI, and the errors in it. */
async function telemetryIn(file: string): Promise<{errors: Record<string, unknown>[]; text: string}> {
  const lineSchema = z.object({telemetry: z.string().transform((text): unknown => JSON.parse(text)).pipe(z.object({payload: z.looseObject({_type: z.string()})}))})
  for (let n = 0; n < 100; n++) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const lines = text.split('\n').filter(line => line.includes('"telemetry"'))
    const errors = lines.map(line => lineSchema.parse(JSON.parse(line)).telemetry.payload).filter(({_type: type}) => type === 'error')
    if (errors.length > 0) return {errors, text}
    await pause(50)
  }

  throw new Error('telemetry was given nothing')
}

describe('no token leaves a rotation', function () {
  this.timeout(60_000)

  let installed: Installation

  before('installs the packed plugin', async function () {
    this.timeout(240_000)
    installed = await installPlugin()
  })

  async function run({args = [], changes = {}, env = {}, exit = 0, fault, isCli = false, tty = false}: Run) {
    const sandbox = await startExample(changes, {authorizations: [{description: name, token: outgoing}]})
    try {
      const tokens = tokensOf(sandbox)
      if (fault) sandbox.faults.arm(fault)
      const home = await createHome(isCli ? installed : null)
      const options = {env: {...environmentOf(sandbox), ...env}, home}
      const line = [...rotate, ...confirmed, ...args]
      const running = tty ? await (isCli ? herokuTerminal : pluginTerminal)(line, options) : (isCli ? spawnHeroku : spawnPlugin)(line, options)
      const [ran, seen] = await Promise.all([running.done, watchProcesses(running)])
      expect(ran.exitCode, (ran.stdout + ran.stderr).slice(-2000)).to.equal(exit)
      return {files: await entriesBelow(home), home, ran, sandbox, seen, tokens}
    } finally {
      await sandbox.close()
    }
  }

  function expectNoLeaks({files, ran, sandbox, seen, tokens}: Awaited<ReturnType<typeof run>>) {
    expect(tokens.size).to.be.greaterThan(1)
    const all = [...tokens, sandbox.sessionToken]

    expect(leaksIn(ran.stdout, all), 'stdout').to.deep.equal([])
    expect(leaksIn(ran.stderr, all), 'stderr').to.deep.equal([])
    for (const {path, text} of files) expect(leaksIn(text ?? '', all), path).to.deep.equal([])
    expect(files.some(({path}) => path.endsWith('.jsonl'))).to.equal(true)

    expect(seen.argv).to.include('authorizations:rotate')
    expect(leaksIn([...seen.argv].join('\n'), all), 'argv').to.deep.equal([])
    expect(seen.environment).to.include(`HEROKU_API_KEY=${sandbox.sessionToken}`)
    seen.environment.delete(`HEROKU_API_KEY=${sandbox.sessionToken}`)
    expect(leaksIn([...seen.environment].join('\n'), all), 'environment').to.deep.equal([])
  }

  for (const each of runs) it(each.title, async () => expectNoLeaks(await run(each)))

  // Its worker has our stderr then, and prints its request where the server answers with an error, as the sandbox does.
  it('in the heroku CLI, with debug output and with telemetry, which is told nothing', async function () {
    const network = join(await mkdtemp(join(tmpdir(), 'network-')), 'log')
    const result = await run({env: {...loud, DISABLE_TELEMETRY: undefined, NETWORK_LOG: network}, isCli: true, title: 'telemetry'})
    expectNoLeaks(result)
    expect(result.ran.stderr).to.include('Telemetry disabled (DISABLE_TELEMETRY=true): skipping prerun hook')
    expect(await readFile(network, 'utf8').catch(() => '')).not.to.include('herokulytics')
  })

  it('tells telemetry of an error nothing but its code, as a release fails', async function () {
    const network = join(await mkdtemp(join(tmpdir(), 'network-')), 'log')
    const result = await run({
      changes: {[releasing]: {releasePhase: 'fails'}},
      env: {DISABLE_TELEMETRY: undefined, NETWORK_LOG: network},
      exit: 3,
      isCli: true,
      title: 'telemetry',
    })
    const {sandbox, tokens} = result
    expectNoLeaks(result)
    const {errors, text} = await telemetryIn(network)
    expect(leaksIn(text, [...tokens, sandbox.sessionToken]), 'what the worker was given').to.deep.equal([])

    const received = sandbox.log.filter(({path}) => !path.endsWith('/config-vars'))
    expect(JSON.stringify(received)).not.to.include(`<token of ${name}`)
    expect(errors.map(error => ({...error, cliRunDuration: 0}))).to.deep.equal([{
      _type: 'error', cliRunDuration: 0, code: 'ROTATE_RELEASE_FAILED', message: 'ROTATE_RELEASE_FAILED', name: 'Error', oclif: {exit: 3},
      skipOclifErrorHandling: true, stack: 'ROTATE_RELEASE_FAILED',
    }])
  })

  it('in any form in which text carries one', function () {
    const token = `HRKU-${'AA0123456789abcdefghijklmnopqrstuvwxyz'}${'ABCDEFGHIJKLMNOPQRSTUV'}`
    for (const text of [token, Buffer.from(`u:${token}`).toString('base64'), Buffer.from(`:${token}`).toString('base64'), Buffer.from(token).toString('hex')]) {
      expect(leaksIn(`before ${text} after`, [token])).not.to.deep.equal([])
    }

    expect(leaksIn(`${token.slice(0, 10)}**********${token.slice(-4)}`, [token])).to.deep.equal([])
    expect(formsOf(outgoing)).to.include(encodeURIComponent(outgoing))
  })
})
