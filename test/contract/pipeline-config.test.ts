import {expect} from 'chai'

import type {Access} from '../../src/lib/consumers/adapter.js'

import {consumer} from '../../src/lib/consumers/registry.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {createSandbox, type FaultKind, virtualClock} from '../sandbox/sandbox.js'
import {failureOf} from '../support/failure.js'
import {makeInProcess} from '../support/in-process.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const keys = ['HEROKU_API_KEY', 'PLATFORM_TOKEN', 'NOT_SET']
const config = {DATABASE_URL: sampleToken('database'), HEROKU_API_KEY: sampleToken('one'), PLATFORM_TOKEN: sampleToken('other')}
const passing: FaultKind[] = ['500', '500-after', '503', '503-after', '429', 'hang', 'hang-after', 'malformed-json', 'reset-after', 'reset-before']
const lasting: FaultKind[] = [...passing, '401']

function place(held: Record<string, string>) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [], clock, pipelines: [{config: {review: held}, name: 'example-pipeline'}]})
  const {context, interrupt} = makeInProcess({clock, root: '/nowhere', sandbox})
  const access: Access = {...context.outside, api: context.api, clock, progress() {}, resumed: false, signal: context.signal, timeoutMs: 60_000}
  const stage = () => sandbox.world.pipelines[0]?.config('review') ?? {}
  const made: Place = {
    access,
    consumer: consumer({keys, kind: 'pipeline-config', pipeline: 'example-pipeline', stage: 'review'}),
    held: () => Object.fromEntries(keys.map(key => [key, stage()[key] ?? null])),
    interrupt,
    others: () => Object.fromEntries(Object.entries(stage()).filter(([key]) => !keys.includes(key))),
    rest: () => clock.sleep(60_000),
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    trouble(what, times) {
      const kind = lasting.find(fault => fault === what)
      sandbox.faults.disarm()
      if (kind && times > 0) sandbox.faults.arm({kind, times})
    },
    writes: () => sandbox.log.filter(({method}) => method !== 'GET').length,
  }
  return {sandbox, ...made}
}

adapterContract({
  isReadable: true,
  kind: 'pipeline-config',
  lasting,
  passing,
  place: holding => place(holding === 'something' ? config : {DATABASE_URL: config.DATABASE_URL}),
})

describe('pipeline-config', function () {
  it('writes all keys in one call', async function () {
    const {access, consumer: at, sandbox} = place(config)
    await at.write(new Map(keys.map(key => [key, new Secret(sampleToken('incoming'))])), access)
    expect(sandbox.log.filter(({method}) => method === 'PATCH')).to.have.length(1)
  })

  const refusals = [['the PATCH is refused', 'PATCH', 403, true], ['it cannot be looked at', 'GET', 403, true], ['the answer to the PATCH is lost', 'PATCH', 500, false]] as const
  for (const [when, method, status, isLeft] of refusals) {
    it(`${isLeft ? 'says' : 'does not say'} that it was left as it is where ${when}`, async function () {
      const {access, consumer: at, sandbox} = place(config)
      sandbox.faults.armRaw(request => (request.method === method && request.path.includes('/stage/') ? {body: '{"id":"refused"}', status} : undefined))
      let wasLeft = false
      await failureOf(at.write(new Map([['HEROKU_API_KEY', new Secret(sampleToken('incoming'))]]), {...access, leftAsIs() {
        wasLeft = true
      }}))
      expect(wasLeft).to.equal(isLeft)
    })
  }

  it('finds a pipeline by its ID without asking for it', async function () {
    const {access, sandbox} = place(config)
    const id = sandbox.world.pipelines[0]?.id ?? ''
    await consumer({keys, kind: 'pipeline-config', pipeline: id, stage: 'review'}).read(access)
    expect(sandbox.log.map(({path}) => path)).to.deep.equal([`/pipelines/${id}/stage/review/config-vars`])
  })
})
