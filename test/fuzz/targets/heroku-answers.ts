import fc from 'fast-check'

import {PlatformApi} from '../../../src/lib/heroku/platform-api.js'
import {secondFactor} from '../../../src/lib/heroku/second-factor.js'
import {tokenStatus} from '../../../src/lib/heroku/token-status.js'
import {Transport} from '../../../src/lib/heroku/transport.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {createSandbox} from '../../sandbox/sandbox.js'
import {hasty, isTyped, secrets, spoilings, statuses} from '../answers.js'
import {target} from '../target.js'

const DEADLINE = 123_456
const [, session = '', incoming = ''] = secrets
const ID = '01234567-89ab-cdef-0123-456789abcdef'

const calls: ((api: PlatformApi) => Promise<unknown>)[] = [
  api => api.account(), api => api.identity(), api => api.apps(), api => api.app('example-app'), api => api.pipelines(), api => api.permissions('example-app', 'a@example.com'),
  api => api.stageConfigVars('example', 'review'), api => api.setStageConfigVars(ID, 'test', new Map([['A', new Secret(incoming)]])), api => api.authorizations(), api => api.authorization(ID),
  api => api.createAuthorization({description: 'a', expiresIn: 60, scope: ['global']}), api => api.describeAuthorization(ID, 'b'), api => api.regenerateTokens(ID), api => api.revokeAuthorization(ID),
  api => api.configVars('example-app'), api => api.setConfigVars('example-app', new Map([['A', new Secret(incoming)], ['B', null]])), api => api.newestReleases('example-app', 2),
  api => api.release('example-app', 1), api => api.dynos('example-app'), api => api.hasPreboot('example-app'), api => tokenStatus(api, ['read'], 'example-app'),
]

/** Answers of the sandbox to spoil, one of each kind. */
async function goodAnswers(): Promise<string[]> {
  const sandbox = createSandbox({apps: [{config: {A: incoming, B: 'b'}, dynos: {web: 1}, name: 'example-app'}], authorizations: [{description: 'example'}]})
  const paths = [
    '/account', '/apps', '/apps/example-app', '/apps/example-app/config-vars', '/apps/example-app/releases',
    '/apps/example-app/releases/1', '/apps/example-app/dynos', '/oauth/authorizations', '/pipelines',
  ]
  const answers = await Promise.all(paths.map(async path => {
    const response = await sandbox.fetch(`https://api.heroku.test${path}`, {headers: {accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${sandbox.sessionToken}`}})
    return response.text()
  }))
  await sandbox.close()
  return [...answers, `{"id":"two_factor","message":"${session}","app":{"name":"${session}"}}`, '{"id":"two_factor","message":"x"}', '{"enabled":true}', '{"permissions":[{"name":"deploy"}]}']
}

const answers = fc.record({
  header: fc.option(fc.tuple(
    fc.constantFrom('date', 'next-range', 'oauth-scope', 'ratelimit-remaining', 'request-id', 'retry-after'),
    fc.constantFrom('', '0', '-1', '9999999999', 'soon', session, ']id ..; max=3', 'Thu, 15 Jan 2026 12:00:00 GMT'),
  )),
  spoil: spoilings,
  status: statuses,
  text: fc.constantFrom(...await goodAnswers()),
})
const cases = fc.tuple(fc.constantFrom(...calls), fc.array(answers, {maxLength: 4, minLength: 1}))

/** Any answer of Heroku's is understood, or is a typed error without the token that was sent. */
export const herokuAnswers = target('heroku-answers', cases, async ([call, all]) => {
  let n = 0
  const transport = new Transport({
    baseUrl: 'https://api.heroku.test',
    clock: hasty(DEADLINE),
    deadlineMs: DEADLINE,
    async fetch() {
      const {header, spoil, status, text} = all[n++ % all.length] ?? {header: null, spoil: (good: string) => good, status: 200, text: ''}
      return new Response(spoil(text), {headers: header ? [header] : [], status, statusText: 'Odd'})
    },
    headers: {},
    random: {bytes: count => new Uint8Array(count), number: () => 0},
    signal: new AbortController().signal,
  })
  const api = new PlatformApi(secondFactor(transport, async () => '123456'), new Secret(session))
  await isTyped(() => call(api))
})
