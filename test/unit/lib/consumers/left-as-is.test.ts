import {expect} from 'chai'
import {execa} from 'execa'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Access} from '../../../../src/lib/consumers/adapter.js'
import type {Ran} from '../../../../src/lib/ports.js'

import {type Address, addressSchema, consumer} from '../../../../src/lib/consumers/registry.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {accessWith} from '../../../support/access.js'
import {failureOf} from '../../../support/failure.js'
import {sampleToken} from '../../../support/sample-token.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'
import {settingWith} from './infisical/setting.js'

const value = new Secret(sampleToken('incoming'))

/** Whether a write that fails says that the consumer holds what it held. */
async function isLeft(address: unknown, access: Access): Promise<boolean> {
  const at: Address = addressSchema.parse(address)
  let isSaid = false
  await failureOf(consumer(at).write(new Map(consumer(at).keys.map(key => [key, value])), {...access, leftAsIs() {
    isSaid = true
  }}))
  return isSaid
}

/** gh, of which the secret was updated once a minute ago, with what each `secret set` ends with. */
function gh(...sets: Partial<Ran>[]): Access {
  return accessWith({
    clock: virtualClock(),
    async run([, command]) {
      const ran = {exitCode: 0, stderr: '', stdout: ''}
      if (command === 'secret') return {...ran, ...sets.shift()}
      return {...ran, stdout: '{"name": "HEROKU_API_KEY", "updated_at": "2026-01-15T12:00:00Z"}'}
    },
  })
}

describe('a write that fails', function () {
  const root = tempRoot()

  describe('of a GitHub secret', function () {
    const address = {kind: 'github-secret', repository: 'example/app'}
    const cases: [what: string, sets: Partial<Ran>[], isLeft: boolean][] = [
      ['says that it was refused', [{exitCode: 1, stderr: 'failed to set secret "K": HTTP 403: Must have admin rights'}], true],
      ['says that it was invalid', [{exitCode: 1, stderr: 'failed to set secret "K": HTTP 422: Bad request'}], true],
      ['says that gh has no login', [{exitCode: 4}], true],
      ['says that there was no key to seal it with', [{exitCode: 1, stderr: 'failed to fetch public key: HTTP 502: Bad gateway'}], true],
      ['does not say so of a failure of GitHub', [{exitCode: 1, stderr: 'failed to set secret "K": HTTP 502: Bad gateway'}], false],
      ['does not say so of a lost connection', [{exitCode: 1, stderr: 'error connecting to api.github.com'}], false],
      ['does not say so where an earlier one may have been carried out', [{}, {exitCode: 1, stderr: 'failed to set secret "K": HTTP 403: No'}], false],
    ]
    for (const [what, sets, expected] of cases) {
      it(what, async function () {
        expect(await isLeft(address, gh(...sets))).to.equal(expected)
      })
    }
  })

  describe('of an Infisical secret', function () {
    for (const [what, faults, expected] of [
      ['says that it was refused', ['403'], true],
      ['says that it was invalid', ['400'], true],
      ['does not say so of a server that fails', ['500', '500', '500', '500'], false],
      ['does not say so where an earlier one may have been carried out', ['503', '403'], false],
    ] as const) {
      for (const [method, holds] of [['POST', null], ['PATCH', 'held']] as const) {
        it(`${what}, by ${method}`, async function () {
          const {access, at, infisical} = settingWith({holds})
          const statuses: string[] = [...faults]
          infisical.faults.armRaw(request => {
            const status = request.method === method ? (statuses.shift() ?? faults.at(-1)) : undefined
            return status === undefined ? undefined : {body: '{"error": "PermissionDenied", "message": "No."}', status: Number(status)}
          })
          expect(await isLeft(at, access())).to.equal(expected)
        })
      }
    }

    it('says that looking failed', async function () {
      const {access, at, infisical} = settingWith()
      infisical.faults.arm({kind: '500', times: 9})
      expect(await isLeft(at, access())).to.equal(true)
    })

    it('does not say so where it is the reading back that failed', async function () {
      const {access, at, infisical} = settingWith()
      infisical.faults.armRaw(({method, n}) => (method === 'GET' && n > 1 ? {body: '{"error": "PermissionDenied", "message": "No."}', status: 403} : undefined))
      expect(await isLeft(at, access())).to.equal(false)
    })
  })

  it('of a command says that there is no such program', async function () {
    const run = () => Promise.reject(Object.assign(new Error('none'), {code: 'ENOENT'}))
    expect(await isLeft({kind: 'command', name: 'vault', write: ['vault']}, accessWith({run}))).to.equal(true)
  })

  it('of a command does not say so of one that ended with 1', async function () {
    expect(await isLeft({kind: 'command', name: 'vault', write: ['vault']}, accessWith({run: async () => ({exitCode: 1, stderr: '', stdout: ''})}))).to.equal(false)
  })

  it('of a file says that it does not hold the token', async function () {
    const path = join(root(), '.env')
    await writeFile(path, 'HEROKU_API_KEY=$(op read it)\n')
    expect(await isLeft({kind: 'file', path}, accessWith({tokens: {incoming: value, outgoing: new Secret(sampleToken('outgoing'))}}))).to.equal(true)
  })

  it('of a file says that it could not be replaced', async function () {
    const path = join(root(), '.env')
    const outgoing = new Secret(sampleToken('outgoing'))
    await writeFile(path, outgoing.expose(text => text), {mode: 0o600})
    // As a file that a container is given: nothing can be renamed over it.
    const {failed} = await execa('mount', ['--bind', path, path], {reject: false})
    if (failed) skip(this, 'this machine allows no file to be mounted')
    try {
      expect(await isLeft({kind: 'file', path}, accessWith({tokens: {incoming: value, outgoing}}))).to.equal(true)
    } finally {
      await execa('umount', [path])
    }
  })

  it('of a person says that nobody has done it', async function () {
    expect(await isLeft({instructions: 'tell the team', kind: 'manual', name: 'operators'}, accessWith())).to.equal(true)
  })
})
