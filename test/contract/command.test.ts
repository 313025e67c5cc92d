import type {Run} from '../../src/lib/ports.js'

import {consumer} from '../../src/lib/consumers/registry.js'
import {virtualClock} from '../sandbox/sandbox.js'
import {accessWith} from '../support/access.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const NAME = 'vault'

/** A program that keeps a value; `sh` only because there is one everywhere. */
function place(holding: 'nothing' | 'something', isReadable: boolean): Place {
  let kept: null | string = holding === 'something' ? sampleToken('held') : null
  let trouble = {times: 0, what: ''}
  let writes = 0
  const controller = new AbortController()
  const run: Run = async ([, verb], {input, signal}) => {
    signal?.throwIfAborted()
    const given = typeof input === 'string' ? input : (input?.expose(value => value) ?? '')
    if (trouble.times > 0) {
      trouble.times--
      if (trouble.what === 'no such program') throw Object.assign(new Error('spawn sh ENOENT'), {code: 'ENOENT'})
      return {exitCode: trouble.what === 'killed' ? null : 1, stderr: `cannot use ${given}, it holds ${kept}`, stdout: kept ?? ''}
    }

    if (verb === 'read') return {exitCode: 0, stderr: '', stdout: kept === null ? '' : `${kept}\n`}
    writes++
    kept = given === '' ? null : given
    return {exitCode: 0, stderr: '', stdout: ''}
  }

  const clock = virtualClock()
  const access = accessWith({clock, run, signal: controller.signal})
  return {
    access,
    consumer: consumer({kind: 'command', name: NAME, ...(isReadable ? {read: ['sh', 'read']} : {}), restore: ['sh', 'restore'], write: ['sh', 'write']}),
    held: () => ({[NAME]: kept}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({}),
    rest: () => clock.sleep(60_000),
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    trouble(what, times) {
      trouble = {times, what}
    },
    writes: () => writes,
  }
}

for (const isReadable of [true, false]) {
  adapterContract({
    isReadable,
    kind: 'command',
    lasting: ['a failure that quotes everything', 'killed', 'no such program'],
    passing: [],
    place: holding => place(holding, isReadable),
    where: isReadable ? '' : 'without a command to read',
  })
}
