import {expect} from 'chai'
import {join} from 'node:path'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'
import type {Ran} from '../../../../../src/lib/ports.js'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {githubWorkflow} from '../../../../../src/lib/probes/github-workflow.js'
import {isWhole, sampled} from '../../../../matrix/whole.js'
import {virtualClock} from '../../../../sandbox/sandbox.js'
import {accessWith} from '../../../../support/access.js'
import {choicesFrom} from '../../../../support/bad-answers.js'
import {failureOf} from '../../../../support/failure.js'
import {everythingIn, leaked} from '../../../../support/leaks.js'
import {tempRoot} from '../../../../support/temp-root.js'
import {exampleValue, inRepository, makeFixture, skipWithoutGh, valuesOf} from './fixture.js'

const CASES = 500
const GROUP = 50
/** With the real gh, which takes a fifth of a second each. */
const REAL_CASES = isWhole ? 20 : 5
const AT_ONCE = 3

const outgoing = exampleValue('outgoing')
const incoming = exampleValue('incoming')
const secrets = [outgoing, incoming]

const statuses = [400, 401, 403, 409, 410, 418, 422, 429, 451, 500, 502, 503, 504]

function isTyped(error: unknown, told: string) {
  expect(error, told).to.be.instanceOf(RotationError)
  if (!(error instanceof RotationError)) return
  expect(error.code, told).to.match(/^ROTATE_(GH|GITHUB|PROBE)/)
  expect(error.next.join(''), told).not.to.equal('')
  expect(error.message, told).to.not.match(/\n\s*at |\.js:\d|\.go:\d/)
  expect(leaked(everythingIn(error), secrets), `${told}: shows a token`).to.deep.equal([])
}

/** What gh says where GitHub answers badly, and what it says where it is itself in trouble. */
function badRun(seed: string): Ran {
  const {below, pick} = choicesFrom(seed)
  const secret = () => pick(secrets)
  const status = pick(statuses)
  const stdout = () => pick([
    '', '{"id": ', '[]', '{}', 'null', '"text"', '7', '<html>Unicorn!</html>', secret(), `{"message":"${secret()}"}`,
    `{"key":1,"login":"${secret()}x"`, '{"key":"k","login":3,"updated_at":"soon","total_count":"many","workflow_runs":{}}',
    `{"updated_at":"${secret()}","visibility":"all"}`, '{"path":7,"state":"active","default_branch":null}',
    `HTTP/2.0 200 OK\r\n${secret()}\r\n\r\n{`, '{"__proto__":{"key":1}}', '\u0000\uFFFD', '[{"id":1},{"id":"2"}]',
  ])
  const stderr = pick([
    '', `gh: ${secret()} (HTTP ${status})`, `failed to fetch public key: HTTP ${status}: ${secret()} (https://api.github.com/${secret()})`,
    `1 error occurred:\n\t* failed to set secret "K": HTTP ${status}: ${secret()}\n`, `error connecting to api.github.com ${secret()}`,
    `panic: runtime error: ${secret()}\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d`, `unknown flag: --json ${secret()}`,
    `invalid character '<' looking for beginning of value: ${secret()}`, `HTTP 403: API rate limit exceeded for ${secret()}`, `tls: ${secret()}`,
  ])
  if (below(3) === 0) return {exitCode: 0, stderr: '', stdout: stdout()}
  return {exitCode: pick([1, 1, 1, 1, 2, 4, 8, 127, 139, null]), stderr, stdout: stdout()}
}

describe('bad answers of GitHub', function () {
  const probe = githubWorkflow.address.parse({kind: 'github-workflow', repository: 'octo/app', workflow: 'smoke.yml'})

  /** By how often each asks at least; one that GitHub does not know is no bad answer. */
  const works: [string, number, (access: Access) => Promise<unknown>][] = [
    ['check of a probe', 3, access => githubWorkflow.check(probe, access)],
    ['inspect', 5, access => githubSecret.inspect(inRepository, access)],
    ['stillRunning', 1, access => githubSecret.stillRunning(inRepository, {at: 0, release: null}, access)],
    ['read', 1, access => githubSecret.read(inRepository, access)],
    ['run of a probe', 3, access => githubWorkflow.run(probe, access)],
    ['stamp', 1, access => githubSecret.stamp(inRepository, access)],
    ['write', 3, access => githubSecret.write(inRepository, valuesOf(incoming), access)],
  ]

  /** Of a GitHub that is well, as far as is asked here. */
  const good = (command: readonly string[]): string => {
    const path = command.find(word => word.startsWith('repos/')) ?? ''
    if (command.includes('--version')) return 'gh version 2.46.0 (2026-01-01)\n'
    if (command.includes('user')) return '{"login":"operator"}'
    if (path.endsWith('/public-key')) return '{"key":"a","key_id":"1"}'
    if (path.includes('/runs?')) return command.includes('--include') ? 'HTTP/2.0 200 OK\r\nDate: Thu, 15 Jan 2026 12:00:00 GMT\r\n\r\n[]' : command.includes('--jq') ? '' : '{"total_count":0}'
    if (path.includes('/secrets/')) return '{"updated_at":"2026-01-15T12:00:00Z"}'
    if (path.includes('/workflows/')) return '{"path":".github/workflows/smoke.yml","state":"active"}'
    return path === 'repos/octo/app' ? '{"archived":false,"default_branch":"main"}' : ''
  }

  for (let from = 0; from < CASES; from += GROUP) {
    it(`${from + 1} to ${from + GROUP} are errors that say what to do, and nothing is changed`, async function () {
      for (let index = from; index < from + GROUP; index++) {
        const {below, pick} = choicesFrom(`call ${index}`)
        const bad = badRun(`answer ${index}`)
        const [name, calls, work] = pick(works)
        const first = 1 + below(calls)
        const commands: (readonly string[])[] = []
        const access = accessWith({
          clock: virtualClock(),
          async run(command) {
            commands.push(command)
            return commands.length < first ? {exitCode: 0, stderr: '', stdout: good(command)} : bad
          },
        })
        const told = `${name}, from call ${first}: ${JSON.stringify(bad)}`
        isTyped(await failureOf(work(access)).catch((error: unknown) => error), told)
        const changes = commands.filter(words => words.includes('set') || words.includes('--method') || words[1] === 'workflow')
        // What came before it was answered well, so it was right to write once.
        expect(changes.length, told).to.be.at.most(first > 1 && ['run of a probe', 'write'].includes(name) ? 1 : 0)
      }
    })
  }

  describe('through the real gh', function () {
    this.timeout(120_000)

    const root = tempRoot()

    before('looks for gh', skipWithoutGh)

    /** None of them is what GitHub documents, whatever was asked. */
    const bodies = ['', '{"id": ', '[]', '{}', 'null', '"text"', '7', '<html>Unicorn!</html>', '{"key":1,"login":2,"updated_at":"soon","workflow_runs":{}}']

    it(`are ${REAL_CASES} times an error that says what to do, and nothing is changed`, async function () {
      const check = async (index: number) => {
        const {below, pick} = choicesFrom(`real ${index}`)
        const isFailure = below(2) === 0
        const answer = isFailure ? {body: JSON.stringify({message: `${incoming} is not welcome`}), status: pick(statuses)} : {body: pick(bodies), status: 200}
        // Of inspect, which asks four times; what a write answers is looked at only for its status.
        const n = 1 + below(4)
        const {access, github} = await makeFixture(
          {repositories: [{name: 'octo/app', secrets: [{name: 'HEROKU_API_KEY', value: outgoing}]}]},
          join(root(), String(index)),
        )
        try {
          github.faults.armRaw(request => (request.n === n ? answer : undefined))
          const error = await failureOf(githubSecret.inspect(inRepository, access)).catch((error_: unknown) => error_)
          isTyped(error, `case ${index}: ${answer.status} ${answer.body} to request ${n}`)
          expect(github.secret({of: 'octo/app'}, 'HEROKU_API_KEY')).to.equal(outgoing)
        } finally {
          await github.close()
        }
      }

      const all = Array.from({length: REAL_CASES}, (_, index) => index)
      for (let from = 0; from < REAL_CASES; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(index => check(index)))
    })

    for (const status of sampled(4, statuses)) {
      it(`make a write fail: ${status}`, async function () {
        const {access, github} = await makeFixture({repositories: [{name: 'octo/app'}]}, root())
        github.faults.armRaw(({method}) => (method === 'PUT' ? {body: JSON.stringify({message: `no ${incoming}`}), status} : undefined))
        const error = await failureOf(githubSecret.write(inRepository, valuesOf(incoming), access))
        await github.close()
        isTyped(error, String(status))
      })
    }
  })
})
