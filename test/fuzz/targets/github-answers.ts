import fc from 'fast-check'

import type {Access} from '../../../src/lib/consumers/adapter.js'

import {githubSecret} from '../../../src/lib/consumers/github-secret.js'
import {githubWorkflow} from '../../../src/lib/probes/github-workflow.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../support/access.js'
import {hasty, isTyped, secrets, spoilings} from '../answers.js'
import {target} from '../target.js'

const [login = '', session = '', incoming = ''] = secrets
const places = [{repository: 'octo/app'}, {environment: 'production', repository: 'octo/app'}, {organization: 'octo'}].map(place => githubSecret.address.parse({kind: 'github-secret', ...place}))
const probe = githubWorkflow.address.parse({inputs: {sanity: 'true'}, kind: 'github-workflow', repository: 'octo/app', within: 60, workflow: 'smoke.yml'})
const values = (value: null | string) => new Map([['HEROKU_API_KEY', value === null ? null : new Secret(value)]])

const works: ((access: Access) => Promise<unknown>)[] = [
  ...places.flatMap(at => [
    (access: Access) => githubSecret.inspect(at, access), (access: Access) => githubSecret.read(at, access), (access: Access) => githubSecret.stamp(at, access),
    (access: Access) => githubSecret.write(at, values(incoming), access), (access: Access) => githubSecret.write(at, values(null), access),
    (access: Access) => githubSecret.stillRunning(at, {at: 0, release: null}, access),
  ]),
  access => githubWorkflow.check(probe, access), access => githubWorkflow.run(probe, access),
]

const run = '{"id":7,"path":".github/workflows/smoke.yml@main","run_started_at":"2026-01-15T12:00:00Z","created_at":"2026-01-15T12:00:00Z"}'
const good = [
  'gh version 2.46.0 (2026-01-01)\n', '{"login":"operator"}', '{"key":"a","key_id":"1"}',
  '{"name":"HEROKU_API_KEY","updated_at":"2026-01-15T12:00:00Z","visibility":"selected"}', '{"updated_at":"2026-01-15T12:00:00Z","visibility":"all"}',
  '{"total_count":0}', run, `[${run}]`, `HTTP/2.0 200 OK\r\nDate: Thu, 15 Jan 2026 12:00:00 GMT\r\n\r\n[${run}]`, '{"full_name":"octo/app"}',
  '{"path":".github/workflows/smoke.yml","state":"active"}', 'on: workflow_dispatch\n',
  '{"default_branch":"main"}', '{"conclusion":"success","status":"completed","url":"https://github.com/octo/app/actions/runs/7"}', 'https://github.com/octo/app/actions/runs/7', '',
]
const stderr = [
  '', 'gh: Not Found (HTTP 404)', `gh: ${session} (HTTP 403)`, `HTTP 403: API rate limit exceeded ${login}`, `failed to fetch public key: HTTP 401: ${session}`,
  `dial tcp: lookup ${session}`, 'invalid character \'<\'', 'gh: (HTTP 502)', `gh: (HTTP 422) ${incoming}`, '\u001B[2J',
]
const runs = fc.record({
  exitCode: fc.oneof({arbitrary: fc.constant(0), weight: 5}, fc.constantFrom(1, 1, 2, 4, 127, null)),
  spoil: spoilings,
  stderr: fc.oneof(fc.constantFrom(...stderr), fc.string({maxLength: 30, unit: 'binary'})),
  text: fc.constantFrom(...good),
})
const cases = fc.tuple(fc.constantFrom(...works), fc.boolean(), fc.array(runs, {maxLength: 6, minLength: 1}))

/** Whatever gh prints is understood, or is a typed error that quotes nothing of it. */
export const gitHubAnswers = target('github-answers', cases, async ([work, isReady, all]) => {
  let n = 0
  const access = accessWith({
    clock: hasty(-1),
    env: {GH_TOKEN: login},
    async run(command) {
      if (isReady && (command.includes('--version') || command.includes('user'))) return {exitCode: 0, stderr: '', stdout: good[command.includes('user') ? 1 : 0] ?? ''}
      const {exitCode, spoil, stderr: told, text} = all[n++ % all.length] ?? {exitCode: 0, spoil: (whole: string) => whole, stderr: '', text: ''}
      return {exitCode, stderr: exitCode === 0 ? '' : told, stdout: spoil(text)}
    },
  })
  await isTyped(() => work(access))
})
