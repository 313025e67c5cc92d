import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Run} from '../../src/lib/ports.js'
import type {FaultKind} from '../sandbox/sandbox.js'

import {consumer} from '../../src/lib/consumers/registry.js'
import {sampleToken} from '../support/sample-token.js'
import {until} from '../support/until.js'
import {makeFixture, skipWithoutGh} from '../unit/lib/consumers/github-secret/fixture.js'
import {adapterContract, type Place} from './adapters.js'

const SECRET = 'HEROKU_API_KEY'
const REPOSITORY = 'octo/app'
const OTHER = {name: 'DATABASE_URL', value: sampleToken('database')}
const at = {of: REPOSITORY}

const lasting: FaultKind[] = ['500', '503-after', 'hang', 'malformed-json', 'reset-after', 'reset-before', 'wrong-shape']
/** Of a GitHub that says nothing; gh waits by a clock that nothing makes faster. */
const PATIENCE_MS = 1000

/** The real gh, on a GitHub of the sandbox. */
async function place(holding: 'nothing' | 'something'): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'contract-'))
  const secrets = [OTHER, ...(holding === 'something' ? [{name: SECRET, value: sampleToken('held')}] : [])]
  const {access: given, clock, github} = await makeFixture({repositories: [{name: REPOSITORY, secrets}]}, root)
  const controller = new AbortController()
  let isSilent = false
  const run: Run = (command, options) => given.run(command, {...options, timeoutMs: isSilent ? PATIENCE_MS : options.timeoutMs})
  const access = {...given, run, signal: controller.signal}
  return {
    access,
    async close() {
      await github.close()
      rmSync(root, {force: true, recursive: true})
    },
    consumer: consumer({in: 'actions', kind: 'github-secret', repository: REPOSITORY, secret: SECRET}),
    held: () => ({[SECRET]: github.secret(at, SECRET)}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({[OTHER.name]: github.secret(at, OTHER.name)}),
    rest: () => clock.sleep(1000),
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    silence: () => until(() => github.log.some(({fault}) => fault === 'hang')),
    trouble(what, times) {
      const kind = lasting.find(fault => fault === what)
      github.faults.disarm()
      isSilent = kind === 'hang' && times > 0
      if (kind && times > 0) github.faults.arm({kind, times})
    },
    writes: () => github.log.filter(({method}) => method !== 'GET').length,
  }
}

describe('with the real gh:', function () {
  this.timeout(20_000)
  before('looks for gh', skipWithoutGh)

  adapterContract({isReadable: false, kind: 'github-secret', lasting, passing: [], place})
})
