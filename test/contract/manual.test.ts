import {consumer} from '../../src/lib/consumers/registry.js'
import {virtualClock} from '../sandbox/sandbox.js'
import {accessWith} from '../support/access.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const NAME = 'operators'

/** Somebody who looks the token up, and does what they are asked for. */
function place(holding: 'nothing' | 'something'): Place {
  const before = holding === 'something' ? sampleToken('held') : null
  let held = before
  let isAway = false
  let writes = 0
  const controller = new AbortController()
  const clock = virtualClock()
  const person = {
    agrees: async () => null,
    async confirms(_task: string, instructions: string) {
      if (isAway) return null
      writes++
      held = instructions.includes('rolled back') ? before : sampleToken('incoming of manual')
      return 'ann@example.com'
    },
  }
  const access = accessWith({clock, person, signal: controller.signal})
  return {
    access,
    consumer: consumer({instructions: 'tell #ops to pull the new token', kind: 'manual', name: NAME}),
    held: () => ({[NAME]: held}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({}),
    rest: () => clock.sleep(60_000),
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    trouble(_what, times) {
      isAway = times > 0
    },
    writes: () => writes,
  }
}

adapterContract({isReadable: false, kind: 'manual', lasting: ['nobody there'], passing: [], place})
