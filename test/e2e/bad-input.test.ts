import {expect} from 'chai'
import {createServer} from 'node:net'

import type {Ran} from '../support/cli-process.js'

import {isWhole, ofWhole, sampled} from '../matrix/whole.js'
import {type AppSpec, type Sandbox, type SandboxOptions} from '../sandbox/sandbox.js'
import {createHome, installPlugin, runHeroku} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {app, confirmed, consumers, entriesBelow, environmentOf, name, pluginData, rotate, startExample} from './example-rotation.js'
import {failureIn} from './result-document.js'
import {onOneLine, stackTrace, toldError} from './told-error.js'

type Case = {
  args: string[]
  before?: (sandbox: Sandbox) => void
  changes?: Record<string, Partial<AppSpec>>
  code: string
  env?: Record<string, string | undefined>
  exit: 1 | 2
  /** What Heroku is asked for, at most. */
  calls: 'nothing' | 'reads'
  /** Shows it in process: only `npm run test:all` starts the plugin for it. */
  in?: string
  /** Also with the whole heroku CLI, not only the plugin. */
  isOnCli?: boolean
  options?: SandboxOptions
  /** What is told to type. */
  next?: string
  says: RegExp
  title: string
}

const all = [...rotate, ...confirmed]
const usage = {calls: 'nothing', exit: 2} as const
const refused = {calls: 'reads', exit: 1} as const

/** Tests in process. */
const shown = {
  confirm: 'test/unit/lib/cli/confirm.test.ts',
  consumers: 'test/unit/lib/cli/flags/consumers.test.ts',
  duration: 'test/unit/lib/cli/flags/duration.test.ts',
  host: 'test/unit/lib/cli/api-url.test.ts',
  outgoing: 'test/unit/lib/credentials/outgoing.test.ts',
  plan: 'test/rotation/planning/make-plan.test.ts',
  request: 'test/unit/lib/cli/request.test.ts',
  stragglers: 'test/rotation/stragglers/stragglers.test.ts',
}

const cases: Case[] = [
  {...usage, args: [...all, '--timeuot', '5m'], code: 'ROTATE_USAGE', isOnCli: true, next: '--timeout 5m', says: /Nonexistent flag: --timeuot\. Did you mean --timeout\?/, title: 'an unknown flag'},
  {
    ...usage, args: ['authorizations:rotate', '-my-token', '--no-discover'], code: 'ROTATE_USAGE', next: 'heroku authorizations:rotate --no-discover -- -my-token',
    says: /Nonexistent flag: -my-token/, title: 'a description that begins as a flag does',
  },
  {...usage, args: [...all, 'one', 'two'], code: 'ROTATE_USAGE', says: /Unexpected argument: two/, title: 'a word too many'},
  {...usage, args: [...all, '--app'], code: 'ROTATE_USAGE', says: /--app/, title: 'a flag without its value'},
  {...usage, args: [...all, '--expires-in', 'soon'], code: 'ROTATE_USAGE', says: /--expires-in takes a time such as 12h.*not\s+soon/, in: shown.duration, title: '--expires-in that is not a number'},
  {
    ...usage, args: [...all, '--expires-in', '90'], code: 'ROTATE_USAGE', says: /--expires-in takes 3600 to 2147483647 seconds, not\s+90/,
    in: shown.duration, title: '--expires-in without its unit, after which every app would fail soon',
  },
  {...usage, args: [...all, '--concurrency', '0'], code: 'ROTATE_USAGE', says: /greater than or equal to 1/, title: '--concurrency that is too small'},
  {
    ...usage, args: [...all, '--app', 'other-app:KEY=1'], code: 'ROTATE_KEY', says: /KEY=1 is not a config var name: it has a space or an =/,
    in: shown.consumers, title: 'a key that no config var can have',
  },
  {...usage, args: [...all, '--app', 'other-app:'], code: 'ROTATE_KEY', says: /name a config var\s+after the colon/, in: shown.consumers, title: 'an empty key'},
  {...usage, args: [...all, '--app', 'not/an/app'], code: 'ROTATE_APP', says: /is not an app name/, in: shown.consumers, title: 'a name that no app can have'},
  {...usage, args: [...all, '--app', '..'], code: 'ROTATE_APP', says: /\.\. is not an app name/, in: shown.consumers, title: 'an app that is another path'},
  {...usage, args: [...all, '--pipeline', '../test'], code: 'ROTATE_PIPELINE', says: /takes PIPELINE\/review/, title: 'a pipeline that is another path'},
  {...usage, args: [...all, '--app', app], code: 'ROTATE_TWICE', next: `--app ${app}:HEROKU_API_KEY,OTHER_KEY`, says: /example-app is named twice/, title: 'an app that is named twice'},
  {...usage, args: ['authorizations:rotate', '-d', name, '--no-discover'], code: 'ROTATE_NO_CONSUMERS', says: /Nothing to update/, in: shown.request, title: 'no consumer'},
  {...usage, args: [...all, 'some-id'], code: 'ROTATE_WHICH', says: /Name the authorization once/, in: shown.request, title: 'both an ID and a description'},
  {...usage, args: [...all, '--scope', ','], code: 'ROTATE_SCOPE', says: /needs a scope/, in: shown.request, title: 'an empty scope'},
  {
    ...usage, args: [...all, '--scope', 'bogus'], code: 'ROTATE_SCOPE', next: '--scope read-protected', says: /no such scope\. There are global,/,
    in: shown.request, title: 'a scope that Heroku does not have',
  },
  {
    ...usage, args: all, code: 'ROTATE_HEADERS', env: {HEROKU_HEADERS: '{nope'}, says: /HEROKU_HEADERS is not a JSON object/, title: 'malformed HEROKU_HEADERS',
  },
  {...usage, args: all, code: 'ROTATE_HEADERS', env: {HEROKU_HEADERS: '{"x-one":1}'}, says: /object of strings/, title: 'HEROKU_HEADERS that are not strings'},
  {...usage, args: all, code: 'ROTATE_HEADERS', env: {HEROKU_HEADERS: '{"no name":"one"}'}, says: /cannot be a header/, title: 'HEROKU_HEADERS that no header can be called'},
  {
    ...usage, args: all, code: 'ROTATE_HOST', env: {HEROKU_HOST: 'http://127.0.0.2:9/localhost'}, says: /HEROKU_HOST names a host that is not Heroku's/,
    in: shown.host, title: 'a HEROKU_HOST that the CLI sends no session to',
  },
  {
    ...usage, args: ['authorizations:rotate', '-d', name, ...consumers, '--drain', '2147484'], code: 'ROTATE_USAGE',
    says: /--drain takes 0 to 604800 seconds, not\s+2147484/, in: shown.duration, title: '--drain that no timer can wait for',
  },
  {...usage, args: ['authorizations:rotate', ...consumers], calls: 'reads', code: 'ROTATE_WHICH', says: /Which authorization\? Name one/, in: shown.outgoing, title: 'no authorization'},
  {
    ...usage, args: [...rotate, '--confirm', 'other-token'], calls: 'reads', code: 'ROTATE_CONFIRM',
    next: `heroku ${[...rotate, ...confirmed].join(' ')}`,
    says: /--confirm says other-token, but this is example-token/, in: shown.confirm, title: 'the wrong name after --confirm',
  },
  {
    ...usage, args: rotate, calls: 'reads', code: 'ROTATE_CONFIRM', next: `heroku ${[...rotate, ...confirmed].join(' ')}`, says: /no terminal to ask you\s+on/,
    title: 'neither a terminal nor --confirm',
  },
  {
    ...refused,
    args: ['authorizations:rotate', '-d', name, '--app', 'exampel-console', ...confirmed],
    code: 'ROTATE_CONSUMER',
    next: '--app example-console --confirm',
    says: /exampel-console: there is\s+no such\s+app.*Did\s+you\s+mean\s+example-console\?/s,
    title: 'an unknown app',
  },
  {...refused, args: all, changes: {[app]: {access: 'none'}}, code: 'ROTATE_CONSUMER', says: /example-app: you\s+may not/, in: shown.plan, title: 'an app without access'},
  {
    ...refused,
    args: ['authorizations:rotate', '-d', 'no-such-token', ...consumers],
    code: 'ROTATE_NO_AUTHORIZATION',
    says: /Your account has no authorization no-such-token.*example-token/s,
    in: shown.outgoing, title: 'a description that nothing has',
  },
  {
    ...refused, args: ['authorizations:rotate', '-d', name, '--app', app, ...confirmed], code: 'ROTATE_STRAGGLERS',
    says: /2 more places use this\s+token/,
    in: shown.stragglers, title: 'apps that hold the token and are not named',
  },
  {
    ...refused,
    args: all,
    code: 'ROTATE_AMBIGUOUS',
    options: {authorizations: [{description: name}, {description: name}]},
    says: /2 authorizations have the description example-token:\s+[\da-f-]{36}, made .*\s+[\da-f-]{36}, made /s,
    in: shown.outgoing, title: 'a description that two have',
  },
  {
    ...refused,
    args: ['authorizations:rotate', '01234567-89ab-cdef-0123-456789abcdef', ...consumers],
    code: 'ROTATE_NO_AUTHORIZATION',
    says: /no authorization\s+01234567/,
    in: shown.outgoing, title: 'the ID of somebody else\'s',
  },
  {
    ...refused, args: all, before: ({world}) => world.revoke(world.session), code: 'ROTATE_SESSION', isOnCli: isWhole, says: /expired or was\s+revoked/, title: 'a session that was revoked',
  },
  {
    ...refused, args: all, calls: 'nothing', code: 'ROTATE_SESSION', env: {HEROKU_API_KEY: 'two\nlines'}, says: /not a valid token/, title: 'a session that nobody can send',
  },
  {
    ...refused, args: all, calls: 'nothing', code: 'ROTATE_SESSION', env: {HEROKU_API_KEY: '"quoted"'}, says: /no token has spaces or\s+quotes/,
    title: 'a session in the quotes of a file that no shell has read',
  },
  {...refused, args: all, calls: 'nothing', code: 'ROTATE_NO_SESSION', env: {HEROKU_API_KEY: undefined}, isOnCli: true, next: 'heroku login', says: /You are not logged in\./, title: 'no session'},
]

describe('refuses, having changed nothing,', function () {
  this.timeout(120_000)

  function expectRefusal({code, exit, next = '', says}: Pick<Case, 'code' | 'exit' | 'next' | 'says'>, text: Ran, json: null | Ran): void {
    expect(text.exitCode, text.stdout + text.stderr).to.equal(exit)
    const told = toldError(text.stderr)
    expect(told.code).to.equal(code)
    expect(told.message).to.match(says).and.match(/Nothing was changed/)
    expect(told.next).not.to.equal('').and.not.to.match(/^--/)
    expect(told.next).to.include(next)
    expect(text.stdout).to.equal('')
    expect(text.stderr).not.to.match(stackTrace)
    if (!json) return
    expect(json.exitCode, json.stdout + json.stderr).to.equal(exit)
    const {error} = failureIn(json.stdout)
    // People read the name of the app, and machines the ID of the consumer.
    expect({code: error.code, message: onOneLine(error.message).replaceAll('heroku-config:', '')}).to.deep.equal({code, message: onOneLine(told.message)})
    expect(told.next).to.include(onOneLine(error.next).replace(' --json', ''))
    expect(json.stderr + json.stdout).not.to.match(stackTrace)
  }

  /** People and machines are told the same by one function, so a sample of the cases is run for machines too. */
  async function refuses({args, before, calls, changes = {}, env = {}, options = {}, ...expected}: Case, {asJson, onCli}: {asJson: boolean; onCli: boolean}) {
    const sandbox = await startExample(changes, options)
    try {
      before?.(sandbox)
      const home = await createHome(onCli ? await installPlugin() : null)
      const run = (...more: string[]) => (onCli ? runHeroku : runPlugin)([...args, ...more], {env: {...environmentOf(sandbox), ...env}, home})
      const [text, json] = await Promise.all([run(), asJson ? run('--json') : null])
      expectRefusal(expected, text, json)
      expect(sandbox.log.filter(({method}) => calls === 'nothing' || method !== 'GET')).to.deep.equal([])
      expect(await entriesBelow(pluginData(home))).to.deep.equal([])
    } finally {
      await sandbox.close()
    }
  }

  const started = cases.filter(each => isWhole || each.in === undefined)
  const alsoJson = new Set(sampled(4, started))
  after(() => console.log(`    ${ofWhole(import.meta.url, started.length, cases.length)}`))
  for (const each of started) {
    it(each.title, () => refuses(each, {asJson: alsoJson.has(each), onCli: false}))
    if (each.isOnCli) {
      it(`${each.title}, in the heroku CLI`, async function () {
        this.timeout(240_000)
        await refuses(each, {asJson: isWhole, onCli: true})
      })
    }
  }

  it('a HEROKU_HOST where nobody answers', async function () {
    const home = await createHome(null)
    const env = {HEROKU_API_KEY: 'a-session-token-of-nobody', HEROKU_HOST: `http://127.0.0.1:${await closedPort()}`}
    const [text, json] = await Promise.all([[], ['--json']].map(more => runPlugin([...all, ...more], {env, home})))
    if (!text || !json) throw new Error('two were started')
    expect(text.exitCode, text.stderr).to.equal(1)
    expect(toldError(text.stderr)).to.have.property('code', 'ROTATE_UNREACHABLE')
    expect(toldError(text.stderr).message).to.match(/cannot be reached.*ECONNREFUSED/).and.match(/Nothing was changed/)
    expect(failureIn(json.stdout).error).to.have.property('code', 'ROTATE_UNREACHABLE')
    expect(text.stderr).not.to.match(stackTrace)
    expect(await entriesBelow(pluginData(home))).to.deep.equal([])
  })
})

const closedPort = () => new Promise<number>(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 9))
  })
})
