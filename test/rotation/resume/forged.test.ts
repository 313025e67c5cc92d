import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {readFile, rename, writeFile} from 'node:fs/promises'
import {z} from 'zod'

import type {Plan} from '../../../src/lib/rotation/planning/plan.js'

import {openJournals, readJournals, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {recordSchema} from '../../../src/lib/rotation/state/records.js'
import {advance} from '../../support/one.js'
import {consumerOf} from '../../support/plan.js'
import {begin, carryOut, holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const VAULT = {address: {kind: 'command' as const, name: 'vault', write: ['/bin/sh', 'write']}, id: 'command:vault', keys: ['vault'], kind: 'command'}
const SMOKE = {address: {kind: 'command' as const, name: 'smoke', run: ['/bin/sh', 'probe'] as const}, id: 'command:smoke', wave: null}

/** Writes the journal with another plan as anybody can: checksums need no key. */
async function forge(path: string, change: (plan: Plan) => unknown): Promise<void> {
  const lineSchema = z.object({at: z.number(), n: z.number(), record: recordSchema, version: z.number()})
  let chain = ''
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map(line => {
    const {at, n, record, version} = lineSchema.parse(JSON.parse(line))
    const body = JSON.stringify({at, n, record: record.type === 'opened' ? {...record, plan: change(record.plan)} : record, version})
    chain = createHash('sha256').update(chain).update(body).digest('hex')
    return `${body.slice(0, -1)},"sum":"${chain}"}\n`
  })
  await writeFile(path, lines.join(''))
}

describe('a forged journal', function () {
  const root = tempRoot()

  async function forged(change: (plan: Plan) => unknown) {
    const {process} = scene(root(), [holder('example-app'), {config: {}, name: 'other-app'}])
    const {context} = process()
    const rotation = await begin(context, requestOf(['example-app']))
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    await forge(context.paths.journal(rotation.id), change)
    return {context, id: rotation.id, path: context.paths.journal(rotation.id)}
  }

  const withFirst = (changes: object) => (plan: Plan) => ({...plan, consumers: plan.consumers.map((one, index) => (index === 0 ? {...one, ...changes} : one))})
  const withMore = (consumer: object) => (plan: Plan) => ({...plan, consumers: [...plan.consumers, {...consumerOf('example-app'), ...consumer}]})
  const differing: [string, (plan: Plan) => unknown][] = [
    ['a program that says it is a manual step', withMore({...VAULT, kind: 'manual'})],
    ['an app under the ID of another one', withFirst({address: {app: 'other-app', keys: ['HEROKU_API_KEY'], kind: 'heroku-config'}})],
    ['a store under the ID of another one', withMore({...VAULT, id: 'command:other', role: 'store'})],
    ['keys that are not those of its address', withFirst({keys: ['OTHER_KEY']})],
    ['a probe under the ID of another one', plan => ({...plan, probes: [{...SMOKE, id: 'command:other'}]})],
    ['a path in the place of its ID', plan => ({...plan, rotation: '../../escaped'})],
    ['a command in the place of its ID', plan => ({...plan, rotation: 'x; touch escaped'})],
    ['the ID of another rotation', plan => ({...plan, rotation: 'k7m2pq9xtz'})],
  ]
  for (const [what, change] of differing) {
    it(`is damaged where its plan has ${what}: people would see something else than what is done`, async function () {
      const {context, id} = await forged(change)
      const {damaged, open} = await readJournals(context)
      expect(open).to.deep.equal([])
      expect(damaged.map(({rotation}) => rotation)).to.deep.equal([id])
      expect(damaged[0]?.error).to.include({code: 'ROTATE_JOURNAL', now: 'This command changed nothing and revoked no token.'})
      expect(damaged[0]?.error.happened).to.include('is damaged in line 1')
    })
  }

  it('is damaged where its file has a name that is no ID of a rotation', async function () {
    const {context, path} = await forged(plan => ({...plan, rotation: 'x y'}))
    await rename(path, context.paths.journal('x y'))
    const {damaged, open} = await readJournals(context)
    expect(open).to.deep.equal([])
    expect(damaged.map(({rotation}) => rotation)).to.deep.equal(['x y'])
  })

  it('runs no program of a consumer, store or probe whose plan is as it would be written, once somebody has agreed', async function () {
    const {context} = await forged(plan => ({...withMore({...VAULT, notRestorable: null, role: 'store', wave: 0})(plan), probes: [SMOKE]}))
    const [open] = await openJournals(context)
    expect(open?.isSigned).to.equal(false)
    const rotation = open && (await reopenRotation(context, open, {isAgreed: true}))
    expect(rotation?.plan.consumers.map(({address}) => address.kind)).to.deep.equal(['heroku-config', 'manual'])
    expect(rotation?.plan.probes).to.deep.equal([])
    await rotation?.release()
  })
})
