import {expect} from 'chai'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {badAnswer, type Choices} from '../../../../support/bad-answers.js'
import {errorOf} from '../../../../support/failure.js'
import {isTyped} from './is-typed.js'
import {settingWith} from './setting.js'

const CASES = 500
const GROUP = 50

const statuses = [200, 200, 200, 201, 301, 302, 307, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503]

const oddities = ({below}: Choices, secret: () => string) => [
  () => secret(),
  () => null,
  () => [secret()],
  () => ({error: secret(), message: secret(), statusCode: below(1000)}),
  () => ({secret: secret()}),
  () => ({secret: {secretKey: secret(), secretValue: secret(), version: below(9)}}),
  () => ({secret: {secretKey: 'HEROKU_API_KEY', secretValue: below(9), version: secret()}}),
  () => ({secret: {secretKey: 'HEROKU_API_KEY', secretValue: {[secret()]: secret()}, version: 1}}),
  () => ({secret: {environment: secret(), secretKey: 'HEROKU_API_KEY', secretValue: secret(), version: 1}}),
  () => ({secret: {secretKey: 'HEROKU_API_KEY', secretValue: secret(), version: -1.5}}),
  () => ({approval: secret()}),
  () => ({secrets: [{secretKey: 'HEROKU_API_KEY', secretValue: secret()}]}),
  () => ({[secret()]: [[[[{[secret()]: secret()}]]]]}),
]

const headers = ({pick}: Choices, secret: () => string) => ({'retry-after': pick(['1', secret(), '-1', '999999999'])})

describe('bad answers of Infisical', function () {
  const works = ['inspect', 'read', 'stamp', 'write', 'write', 'universal auth'] as const

  for (let from = 0; from < CASES; from += GROUP) {
    it(`${from + 1} to ${from + GROUP} are errors that say what to do, and nothing is changed`, async function () {
      for (let index = from; index < from + GROUP; index++) {
        const seed = `answer ${index}`
        const {access, at, incoming, infisical, secrets} = settingWith({holds: index % 4 === 0 ? null : 'held'})
        const {client} = infisical.credentials
        const bad = badAnswer(seed, secrets, {headers, oddities, statuses})
        const work = works[index % works.length] ?? 'read'
        const isWrite = work === 'write'
        const before = infisical.versions()
        const changes: Partial<Access> = {
          ...(work === 'universal auth'
            ? {env: {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: client.id, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: client.secret}}
            : {}),
          // In a write the looking goes well: what is answered badly is the change.
          fetch: (url, init) => (isWrite && init.method === 'GET' ? infisical.fetch(url, init) : bad.respond()),
        }
        const done = isWrite
          ? adapter.write(at, new Map([[at.secret, incoming]]), access(changes))
          : adapter[work === 'universal auth' ? 'read' : work](at, access(changes))
        const told = `${seed}, ${work}: ${bad.describe}`
        isTyped(await errorOf(RotationError, done), secrets, told)
        expect(infisical.versions(), told).to.deep.equal(before)
        expect(infisical.log.filter(({method}) => method !== 'GET'), told).to.deep.equal([])
      }
    })
  }
})
