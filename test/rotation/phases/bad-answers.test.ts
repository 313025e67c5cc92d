import {expect} from 'chai'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'

import type {Fetch} from '../../../src/lib/ports.js'

import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {toRotationError} from '../../../src/lib/rotation/report/explain.js'
import {badAnswer, type Choices, choicesFrom} from '../../support/bad-answers.js'
import {failureOf} from '../../support/failure.js'
import {everythingIn, leaked} from '../../support/leaks.js'
import {holder, holders, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const CASES = 500
const GROUP = 50

const createdAt = '2026-01-15T12:00:00Z'
const statuses = [200, 200, 200, 200, 206, 301, 302, 307, 400, 401, 402, 403, 404, 409, 418, 422, 429, 451, 500, 502, 503]

/** Near misses of accounts, authorizations, config vars and errors. */
const oddities = ({below}: Choices, secret: () => string) => [
  () => secret(),
  () => null,
  () => below(9),
  () => [],
  () => [secret()],
  () => [[{[secret()]: secret()}]],
  () => ({id: secret(), message: `${secret()} is not welcome\n    at handler (/app/index.js:1:1)`}),
  () => ({id: 'two_factor', message: secret()}),
  () => ({app: {name: secret()}, id: 'two_factor', message: secret()}),
  () => ({email: below(9), id: secret()}),
  () => ({email: secret(), id: ''}),
  () => [{access_token: {token: secret()}, created_at: createdAt, id: below(9)}],
  () => [{access_token: secret(), created_at: createdAt, id: secret()}],
  () => ({access_token: {token: [secret()]}, created_at: createdAt, id: secret(), scope: secret()}),
  () => ({HEROKU_API_KEY: {[secret()]: secret()}}),
  () => [{status: secret(), version: secret()}],
]

const headers = ({pick}: Choices, secret: () => string) => ({
  'next-range': pick([secret(), 'id ]x..; max=200']),
  'ratelimit-remaining': secret(),
  'request-id': pick([secret(), 'one,two']),
  'retry-after': pick(['1', secret(), '-1', '999999999']),
})

describe('bad answers of Heroku', function () {
  const root = tempRoot()

  const request = requestOf(['example-app-staging@0', 'example-app'])

  /** A machine for each case; `bad` says which of the calls are answered badly. */
  function at(index: number, isBad: (call: number) => boolean) {
    const {clock, process, sandbox} = scene(join(root(), String(index)), [holder('example-app-staging'), holder('example-app')])
    const secrets = [sandbox.sessionToken, ...sandbox.world.authorizations.map(({token}) => token)]
    const bad = badAnswer(`answer ${index}`, secrets, {headers, oddities, statuses})
    const platform = sandbox.startProcess()
    let calls = 0
    const fetch: Fetch = (url, init) => (isBad(++calls) ? clock.during(bad.respond()) : platform(url, init))
    return {bad, calls: () => calls, process: process({fetch}), sandbox, secrets}
  }

  function isTyped(thrown: unknown, told: string, values: readonly string[]) {
    const error = toRotationError(thrown)
    expect(error.code, told).to.match(/^ROTATE_/).and.not.equal('ROTATE_UNEXPECTED')
    expect(error.next.join(''), told).to.not.equal('')
    expect(error.message, told).to.not.match(/\n\s*at |\.js:\d/)
    expect(leaked(everythingIn(error), values), `${told}: shows a token`).to.deep.equal([])
  }

  for (let from = 0; from < CASES; from += GROUP) {
    it(`${from + 1} to ${from + GROUP} are errors that say what to do, and nothing is changed`, async function () {
      for (let index = from; index < from + GROUP; index++) {
        const {below} = choicesFrom(`call ${index}`)
        // A plan asks five times: the account, the authorizations, two apps with their dynos, the outgoing token.
        const first = 1 + below(5)
        const {bad, calls, process, sandbox, secrets} = at(index, call => call >= first)
        const was = holders(sandbox)
        const told = `call ${first}: ${bad.describe}`
        const thrown = await failureOf(makePlan(process.context, request)).catch((error: unknown) => error)
        isTyped(thrown, told, secrets)
        expect(leaked(process.told(), secrets), told).to.deep.equal([])
        expect(calls(), told).to.be.lessThan(60)
        expect(sandbox.log.filter(({method}) => method !== 'GET'), told).to.deep.equal([])
        expect(holders(sandbox), told).to.deep.equal(was)
        expect(() => readdirSync(join(root(), String(index))), told).to.throw()
      }
    })
  }
})
