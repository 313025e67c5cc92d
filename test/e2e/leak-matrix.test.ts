import {expect} from 'chai'
import {appendFile, mkdir, mkdtemp} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'

import type {Ran, Running} from '../support/cli-process.js'

import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, spawnPlugin} from '../support/plugin-cli.js'
import {trustFile} from '../support/trust.js'
import {rotateFile} from './every-system/commands.js'
import {apps, openSystems, type Systems} from './every-system/systems.js'
import {witness, type Witnessed} from './every-system/witness.js'
import {app, confirmed, entriesBelow, environmentOf, rotate, startExample} from './example-rotation.js'
import {formsOf} from './leaks.js'

const auditSecret = 'audit-signing-secret-83649175-abcdefgh'
const code = '836491750274'
/** Of bytes one by one; shorter ones come about by chance. */
const PIECE = 12

/** Every encoding of the matrix, of the whole and of a piece in its middle. */
function encodings(value: string): string[] {
  const start = Math.max(0, Math.floor((value.length - PIECE) / 2))
  const piece = value.slice(start, start + PIECE)
  const bytes = [...Buffer.from(piece)]
  const hex = bytes.map(byte => byte.toString(16).padStart(2, '0'))
  return [...new Set([
    value, piece, ...formsOf(value), encodeURIComponent(value), Buffer.from(value).toString('base64url'),
    [...piece].join(' '), [...piece].join('\n'), hex.join(' '), hex.join(':'), hex.join(''), hex.map(each => String.raw`\x${each}`).join(''), hex.map(each => String.raw`\u00${each}`).join(''),
    bytes.join(', '), bytes.join(','), bytes.join(' '), [...piece].map(character => `'${character}'`).join(', '),
  ])]
}

type Way = {
  args?: string[]
  changes?: Parameters<typeof openSystems>[1]
  /** What the process is to end with; null: it is killed. */
  exit: null | number
  fault?(systems: Systems): void
  signal?: NodeJS.Signals
  title: string
}

/** With GitHub where gh is started and where the rotation is interrupted while it could be. */
const ways: Way[] = [
  {args: ['--json'], exit: 0, title: 'done, as JSON'},
  {args: ['--timeout', '2', '--json'], changes: {changes: {[apps.other]: {releasePhase: 'fails'}}, withGitHub: false}, exit: 3, title: 'incomplete'},
  {
    changes: {withGitHub: false},
    exit: 1,
    fault({sandbox}) {
      sandbox.faults.armRaw(({method, path}) => (method === 'POST' && path === '/oauth/authorizations' ? {body: '{"id":"invalid","message":"no"}', status: 422} : undefined))
    },
    title: 'failed',
  },
  {args: ['--app', 'a/b'], changes: {withGitHub: false}, exit: 2, title: 'refused for its words'},
  {exit: 130, signal: 'SIGINT', title: 'interrupted'},
  {changes: {withGitHub: false}, exit: null, signal: 'SIGKILL', title: 'killed'},
]

describe('no canary in any encoding comes out of any channel', function () {
  this.timeout(60_000)

  const captured: {canaries: Map<string, string>; channels: Map<string, string>; title: string}[] = []
  let receiver: Server
  let received = ''
  let address = ''

  before('starts a receiver of audit entries and notifications', async function () {
    receiver = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.toString()
      })
      received += JSON.stringify(request.rawHeaders)
      request.on('end', () => response.end('{}'))
    })
    await new Promise<void>(resolve => {
      receiver.listen(0, '127.0.0.1', resolve)
    })
    const bound = receiver.address()
    address = typeof bound === 'object' && bound !== null ? `http://127.0.0.1:${bound.port}` : ''
  })

  after(() => {
    receiver.closeAllConnections()
    receiver.close()
  })

  /** Everything of one run: what it wrote, what it left, what everybody could see of it. */
  async function run({args = [], changes = {}, exit, fault, signal}: Way, title: string): Promise<void> {
    received = ''
    const home = await createHome(null)
    const aside = await mkdtemp(join(tmpdir(), 'leak-matrix-'))
    await mkdir(join(aside, 'reports'))
    const systems = await openSystems(home, changes)
    try {
      const {env, infisical, machine, sandbox, tokens} = systems
      const told = [
        'audit:', `  - {kind: webhook, private: true, url: "${address}/audit", secretEnv: AUDIT_SECRET}`, 'notify:', `  - {kind: webhook, private: true, url: "${address}/notify"}`,
      ]
      await appendFile(machine.rotationFile, told.map(line => `    ${line}\n`).join(''))
      await trustFile(machine.rotationFile, home, sandbox.sessionToken)
      fault?.(systems)
      const running: Running = spawnPlugin([...rotateFile(systems), '--done', 'operators', ...args], {
        env: {
          ...env, AUDIT_SECRET: auditSecret, DEBUG: '*', HEROKU_API_KEY: sandbox.sessionToken, HEROKU_DEBUG: '1', NODE_V8_COVERAGE: join(aside, 'coverage'),
          NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-on-fatalerror --report-directory=${join(aside, 'reports')}`, TMPDIR: aside,
        },
        home,
      })
      const wrote = sandbox.faults
      if (signal) {
        let isSent = false
        wrote.armRaw(({method, path}) => {
          if (method === 'PATCH' && path === `/apps/${apps.main}/config-vars` && !isSent) {
            isSent = true
            running.kill('SIGUSR2')
            setTimeout(() => running.kill(signal), 300)
          }

          return undefined
        })
      } else {
        wrote.armRaw(({method}) => {
          if (method === 'PATCH') running.kill('SIGUSR2')
          return undefined
        })
      }

      const [ran, seen]: [Ran, Witnessed] = await Promise.all([running.done, witness(running)])
      if (exit !== null) expect(ran.exitCode, ran.stdout + ran.stderr).to.equal(exit)
      const open = new Set([...machine.stores, `${home}/.netrc`])
      const files = [...await entriesBelow(home), ...await entriesBelow(aside)].filter(({path}) => !open.has(path) && !path.endsWith('.rotating'))
      const operators = new Map([['audit secret', auditSecret], ['Infisical login', infisical.credentials.tokens.identity], ...(env['GH_TOKEN'] ? [['gh login', env['GH_TOKEN']] as const] : [])])
      const ours = new Map([...[...tokens].map((token, index) => [index === 0 ? 'outgoing' : `incoming ${index}`, token] as const), ['session', sandbox.sessionToken] as const])
      const reports = files.filter(({path}) => path.includes('/reports/'))
      const others = files.filter(({path}) => !path.includes('/reports/') && !path.includes('/.config/gh/'))
      captured.push(
        {
          canaries: new Map([...ours, ...operators]),
          channels: new Map([
            ['stdout', ran.stdout], ['stderr', ran.stderr], ['command lines', [...seen.commands].join('\n')], ['notification and audit receiver', received],
            ['of the command', machine.seen()], ...others.map(({path, text}): [string, string] => [path.replace(home, '~').replace(aside, 'TMP'), text ?? '']),
          ]),
          title,
        },
        // Logins of the operator stay in the environment that Node.js writes down where somebody asks for a report.
        {canaries: ours, channels: new Map(reports.map(({path, text}) => [path.replace(aside, 'TMP'), text ?? ''])), title: `${title}, in a diagnostic report`},
        {
          canaries: new Map([...ours].filter(([name]) => name !== 'session')),
          channels: new Map([['environment', [...seen.environment].join('\n')]]),
          title: `${title}, in the environment of any process`,
        },
      )
    } finally {
      await systems.close()
    }
  }

  function leaks(of: typeof captured): string[] {
    return of.flatMap(({canaries, channels, title}) => [...canaries].flatMap(([name, value]) => {
      const forms = encodings(value)
      return [...channels].flatMap(([channel, text]) => forms.filter(form => text.includes(form)).map(form => `${title}: ${name} in ${channel}, as ${form.slice(0, 4)}… of ${form.length}`))
    }))
  }

  for (const way of ways) {
    it(way.title, async function () {
      const before = captured.length
      await run(way, way.title)
      const own = captured.slice(before)
      expect(leaks(own)).to.deep.equal([])
      const looked = own.flatMap(({channels}) => [...channels.keys()])
      expect(looked).to.include.members(['stdout', 'stderr', 'command lines', 'environment'])
      if (way.exit === 2) return
      expect(own[0]?.canaries.size, 'canaries').to.be.greaterThan(3)
      expect(looked.filter(path => path.endsWith('.jsonl')), 'journal').to.have.length.above(0)
      if (way.exit === 0) {
        expect(received, 'the receiver').to.include('signature').and.include('/')
        expect(looked.some(path => path.includes('/coverage/')), 'coverage').to.equal(true)
        expect(looked.some(path => path.endsWith('audit.jsonl')), 'audit log').to.equal(true)
      }

      if (way.exit !== 1) expect(looked.some(path => path.includes('/reports/')), 'a report').to.equal(true)
      if (way.exit === null) expect(looked.some(path => path.endsWith('.sealed')), 'the sealed file').to.equal(true)
    })
  }

  it('the code of a second factor, which is typed', async function () {
    const sandbox = await startExample({[app]: {twoFactor: true}}, {account: {twoFactor: true, twoFactorCode: code}, switches: {directAuthorizationsSkipTwoFactor: true}})
    const home = await createHome(null)
    try {
      const terminal = await pluginTerminal([...rotate, ...confirmed], {env: {...environmentOf(sandbox), DEBUG: '*', HEROKU_DEBUG: '1'}, home})
      const seen = witness(terminal)
      await terminal.waitFor(/Two-factor code/)
      terminal.type(code)
      const {exitCode, stdout} = await terminal.done
      expect(exitCode, stdout).to.equal(0)
      expect(terminal.screen().match(/Two-factor code/g), 'asked for once').to.have.length(1)
      expect(sandbox.world.violations).to.deep.equal([])
      const {commands, environment} = await seen
      const files = (await entriesBelow(home)).map(({path, text}): [string, string] => [path, text ?? ''])
      const channels = new Map([['the terminal', stdout], ['command lines', [...commands].join('\n')], ['environment', [...environment].join('\n')], ...files])
      expect(leaks([{canaries: new Map([['code', code]]), channels, title: 'second factor'}])).to.deep.equal([])
    } finally {
      await sandbox.close()
    }
  })

  it('would be found in every encoding', function () {
    const text = Buffer.from(auditSecret)
    const base64 = ['', ':', 'u:'].map(before => Buffer.from(`${before}${auditSecret}`).toString('base64'))
    for (const shown of [auditSecret, encodeURIComponent(auditSecret), ...base64, text.toString('hex'), inspect(text), [...auditSecret].join(' '), [...text].join(', ')]) {
      expect(leaks([{canaries: new Map([['secret', auditSecret]]), channels: new Map([['text', `before ${shown} after`]]), title: 'a text'}]), shown).not.to.deep.equal([])
    }
  })
})
