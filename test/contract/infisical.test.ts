import type {FaultKind} from '../sandbox/sandbox.js'

import {consumer} from '../../src/lib/consumers/registry.js'
import {createInfisical} from '../sandbox/infisical/infisical.js'
import {virtualClock} from '../sandbox/sandbox.js'
import {accessWith} from '../support/access.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const SECRET = 'HEROKU_API_KEY'
const OTHER = {key: 'DATABASE_URL', value: sampleToken('database')}

const passing: FaultKind[] = ['429', '500', '503', '500-after', '503-after', 'hang', 'hang-after', 'malformed-json', 'reset-after', 'reset-before', 'wrong-shape']
const lasting: FaultKind[] = [...passing, '401']

function place(holding: 'nothing' | 'something'): Place {
  const clock = virtualClock()
  const infisical = createInfisical({clock, secrets: [OTHER, ...(holding === 'something' ? [{value: sampleToken('held')}] : [])]})
  const controller = new AbortController()
  const access = accessWith({
    clock, env: {INFISICAL_TOKEN: infisical.credentials.tokens.identity}, fetch: (url, init) => infisical.fetch(url, init), signal: controller.signal, timeoutMs: 60_000,
  })
  return {
    access,
    consumer: consumer({environment: 'prod', kind: 'infisical', path: '/', project: infisical.project, secret: SECRET}),
    held: () => ({[SECRET]: infisical.value()}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({[OTHER.key]: infisical.value({key: OTHER.key})}),
    rest: () => clock.sleep(60_000),
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    trouble(what, times) {
      const kind = lasting.find(fault => fault === what)
      infisical.faults.disarm()
      if (kind && times > 0) infisical.faults.arm({kind, times})
    },
    writes: () => infisical.log.filter(({method}) => method !== 'GET').length,
  }
}

adapterContract({isReadable: true, kind: 'infisical', lasting, passing, place})
