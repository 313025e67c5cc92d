import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {readFile, rename, writeFile} from 'node:fs/promises'
import {z} from 'zod'

import type {Plan} from '../../../src/lib/rotation/planning/plan.js'
import type {Rotation} from '../../../src/lib/rotation/rotation.js'

import {RotationError} from '../../../src/lib/errors.js'
import {openJournals, readJournals, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {type Record, recordSchema} from '../../../src/lib/rotation/state/records.js'
import {type Sandbox, tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {consumerOf} from '../../support/plan.js'
import {alive, begin, carryOut, CREDENTIAL, holder, holders, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const VAULT = {address: {kind: 'command' as const, name: 'vault', write: ['/bin/sh', 'write']}, id: 'command:vault', keys: ['vault'], kind: 'command'}
const SMOKE = {address: {kind: 'command' as const, name: 'smoke', run: ['/bin/sh', 'probe'] as const}, id: 'command:smoke', wave: null}

/** Writes the journal with another plan, and more records, as anybody can: checksums need no key. */
async function forge(path: string, change: (plan: Plan) => unknown, more: readonly Record[] = []): Promise<void> {
  const lineSchema = z.object({at: z.number(), record: recordSchema})
  const written = (await readFile(path, 'utf8')).trimEnd().split('\n').map(line => lineSchema.parse(JSON.parse(line)))
  const at = written.at(-1)?.at ?? 0
  let chain = ''
  const lines = [...written, ...more.map(record => ({at, record}))].map(({at, record}, n) => {
    const body = JSON.stringify({at, n, record: record.type === 'opened' ? {...record, plan: change(record.plan)} : record, version: 2})
    chain = createHash('sha256').update(chain).update(body).digest('hex')
    return `${body.slice(0, -1)},"sum":"${chain}"}\n`
  })
  await writeFile(path, lines.join(''))
}

const finished = (...names: string[]): Record[] => names.map(name => ({name, seconds: 1, status: 'finished', type: 'phase'}))

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

  const OTHER = 'other-token'

  /** A journal that somebody has written who can write the data directory, and no more; the person agrees to what its plan shows. */
  async function agreed(change: (plan: Plan, sandbox: Sandbox) => unknown, more: (ids: {mine: string; others: string}) => Record[] = () => []) {
    const {process, sandbox} = scene(root(), [holder('example-app'), {config: {HEROKU_API_KEY: tokenOf(OTHER)}, name: 'other-app'}], {
      authorizations: [{description: CREDENTIAL}, {description: OTHER}],
    })
    const {context} = process()
    const rotation = await begin(context, requestOf(['example-app']))
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    const idOf = (name: string) => sandbox.world.authorizations.find(({description}) => description === name)?.id ?? ''
    await forge(context.paths.journal(rotation.id), plan => change(plan, sandbox), more({mine: idOf(CREDENTIAL), others: idOf(OTHER)}))
    const agree = async (work: (rotation: Rotation) => Promise<void>) => {
      const [open] = await openJournals(context)
      expect(open?.isSigned).to.equal(false)
      if (open) await carryOut(await reopenRotation(context, open, {isAgreed: true}), work)
    }

    return {agree, context, sandbox}
  }

  const same = (plan: Plan) => plan
  const incoming = (id: string): Record => ({createdAt: '2026-01-15T12:00:00Z', description: 'example-token-2026-01-15', expiresIn: null, fingerprint: null, id, scope: ['global'], type: 'incoming'})

  it('writes to no app that its plan does not name, where it has the ID of another one beside the name', async function () {
    const {agree, sandbox} = await agreed((plan, {world}) => ({...plan, apps: {'example-app': {id: world.apps.find(({name}) => name === 'other-app')?.id ?? null, unwell: []}}}))
    await agree(advance)
    expect(holders(sandbox)).to.deep.equal({'example-app': `${CREDENTIAL}-2026-01-15`, 'other-app': OTHER})
  })

  it('is gone on with where an app of it has been deleted: only its ID tells that it is no app that was renamed', async function () {
    const {agree, sandbox} = await agreed(same)
    sandbox.world.deleteApp('example-app')
    await agree(advance)
    expect(alive(sandbox)).to.have.members([`${CREDENTIAL}-2026-01-15`, OTHER])
  })

  for (const whose of ['mine', 'others'] as const) {
    it(`revokes no authorization in a rollback that it says is the new one and that Heroku does not mark with it: ${whose}`, async function () {
      const {agree, sandbox} = await agreed(same, ids => [...finished('create'), incoming(ids[whose])])
      const error = await errorOf(RotationError, agree(rollBack))
      expect(error).to.include({code: 'ROTATE_UNSIGNED', now: 'Nothing was changed.'})
      expect(alive(sandbox)).to.have.members([CREDENTIAL, OTHER])
    })
  }

  it('revokes no old authorization whose name Heroku does not know', async function () {
    const {agree, sandbox} = await agreed((plan, {world}) => ({...plan, outgoing: {...plan.outgoing, id: world.authorizations.find(({description}) => description === OTHER)?.id ?? ''}}))
    const error = await errorOf(RotationError, agree(advance))
    expect(error).to.include({code: 'ROTATE_UNSIGNED', now: 'Nothing was changed.'})
    expect(alive(sandbox)).to.have.members([CREDENTIAL, OTHER])
  })

  it('does not take its word for it that an app has nothing more to do with the rotation, that a place may keep the old token, or that all is done', async function () {
    const gone: Record = {id: 'heroku-config:example-app', release: null, stamp: null, status: 'gone', type: 'consumer', wrote: false}
    const {agree, context, sandbox} = await agreed(({discovery: _, ...plan}) => ({...plan, mayKeep: ['example-app'], overwrite: ['example-app']}))
    await agree(rotation => advance(rotation, 'create'))
    const [open] = await openJournals(context)
    const path = context.paths.journal(open?.plan.rotation ?? '')
    await forge(path, ({discovery: _, ...plan}) => plan, [gone, ...finished('validate', 'store', 'fanout', 'verify', 'drain')])
    const error = await errorOf(RotationError, agree(advance))
    expect(error).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
    expect(holders(sandbox)).to.include({'example-app': CREDENTIAL})
    expect(alive(sandbox)).to.include(CREDENTIAL)
    await resume(context)
    expect(holders(sandbox)).to.include({'example-app': `${CREDENTIAL}-2026-01-15`})
    expect(alive(sandbox)).to.not.include(CREDENTIAL)
  })
})
