import {expect} from 'chai'
import {readFile, writeFile} from 'node:fs/promises'

import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {RotationError} from '../../../src/lib/errors.js'
import {rotationsInFlight} from '../../../src/lib/rotation/report/in-flight-list.js'
import {disarmed} from '../../../src/lib/rotation/state/disarmed.js'
import {openJournals, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {consumerOf, planOf} from '../../support/plan.js'
import {alive, begin, carryOut, CREDENTIAL, holder, holders, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const OTHER = 'other-token'
const INCOMING = `${CREDENTIAL}-2026-01-15`

describe('a journal that this session has not signed', function () {
  const root = tempRoot()

  /** A rotation of somebody who knew no session of this machine's operator, with a program, a probe and a receiver of theirs. */
  async function scenery() {
    const made = scene(root(), [holder('example-app')])
    const ran: string[] = []
    const tasks: string[] = []
    const outside = {
      env: {PATH: '/bin:/usr/bin'},
      fetch(url: string) {
        // Logs are Heroku's own.
        if (!url.startsWith('https://logs.heroku.test/')) ran.push(url)
        return Promise.resolve(new Response('{}'))
      },
      home: '/nowhere',
      lookup: async () => ['203.0.113.7'],
      person: {
        agrees: async () => null,
        async confirms(task: string) {
          tasks.push(task)
          return 'operator'
        },
      },
      async run(command: readonly string[]) {
        ran.push(command.join(' '))
        return {exitCode: 0, stderr: '', stdout: ''}
      },
    }
    const ofApp = requestOf(['example-app'])
    const request: Request = {
      ...ofApp,
      announce: {audit: [{kind: 'command', run: ['/bin/sh', 'sink']}], notify: [{kind: 'webhook', url: 'https://evil.example.com/'}]},
      consumers: [...ofApp.consumers, {address: {kind: 'command', name: 'vault', read: ['/bin/sh', 'read'], write: ['/bin/sh', 'write']}, role: 'consumer', wave: 2}],
      probes: [{address: {kind: 'command', name: 'smoke', run: ['/bin/sh', 'probe']}, wave: null}],
    }
    const stranger = made.sandbox.world.createAuthorization({description: 'stranger'}).token
    const rotation = await begin(made.process({outside: {...outside, run: async () => ({exitCode: 0, stderr: '', stdout: tokenOf(CREDENTIAL)})}, session: stranger}).context, {
      ...request, consumers: request.consumers.map(each => (each.address.kind === 'command' ? {...each, address: {...each.address, overwrite: true}} : each)),
    })
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    ran.splice(0)
    return {...made, machine: () => made.process({outside}).context, ran, rotation, tasks}
  }

  it('is refused where nobody has agreed to it, and nothing of it is run', async function () {
    const {machine, ran, sandbox} = await scenery()
    const [open] = await openJournals(machine())
    expect(open?.isSigned).to.equal(false)
    const error = await errorOf(RotationError, open ? reopenRotation(machine(), open) : Promise.resolve())
    expect(error).to.include({code: 'ROTATE_UNSIGNED', exit: 'failed', now: 'Nothing was changed.'})
    expect(error.next).to.include(`--confirm ${CREDENTIAL}`)
    expect(ran).to.deep.equal([])
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL})
  })

  it('runs no program and tells no receiver of it where somebody has agreed: a person does by hand what they did', async function () {
    const {machine, ran, sandbox, tasks} = await scenery()
    await resume(machine())
    expect(ran).to.deep.equal([])
    expect(tasks).to.deep.equal(['manual:command-vault'])
    expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING})
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('runs none of it in a later resume either, when this session has signed it since', async function () {
    const {machine, ran} = await scenery()
    const [open] = await openJournals(machine())
    if (open) await carryOut(await reopenRotation(machine(), open, {isAgreed: true}), rotation => advance(rotation, 'validate'))
    const [again] = await openJournals(machine())
    expect(again?.isSigned).to.equal(true)
    if (again) await carryOut(await reopenRotation(machine(), again), goOn)
    expect(ran).to.deep.equal([])
  })

  it('runs none of it in a rollback', async function () {
    const {machine, ran, sandbox} = await scenery()
    const [open] = await openJournals(machine())
    if (open) await carryOut(await reopenRotation(machine(), open, {isAgreed: true}), rollBack)
    expect(ran).to.deep.equal([])
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })

  it('starts no workflow with inputs or a branch of its own, and keeps what the operator\'s own login is for', function () {
    const workflow = {kind: 'github-workflow' as const, repository: 'octo/app', workflow: 'smoke.yml'}
    const probes = [workflow, {...workflow, inputs: {run: 'evil'}}, {...workflow, ref: 'evil'}].map(address => ({address, id: 'github-workflow:octo/app/smoke.yml', wave: null}))
    const store = {environment: 'prod', kind: 'infisical' as const, path: '/', project: 'p', secret: 'HEROKU_API_KEY'}
    const consumers = [store, {...store, site: 'https://evil.example.com'}].map(address => consumerOf('a', {address}))
    const plan = disarmed(planOf({consumers, probes}), [])
    expect(plan.probes).to.deep.equal(probes.slice(0, 1))
    expect(plan.consumers.map(({address: {kind}}) => kind)).to.deep.equal(['infisical', 'manual'])
  })

  it('comes to its end where its token was regenerated in place, and its mark was taken off right before the crash', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const stranger = sandbox.world.createAuthorization({description: 'stranger'}).token
    const rotation = await begin(process({session: stranger}).context, {...requestOf(['example-app']), inPlace: true})
    await carryOut(rotation, () => advance(rotation, 'prove'))
    const made = sandbox.world.authorizations.find(({id}) => id === rotation.plan.outgoing.id)
    if (made) made.description = CREDENTIAL
    await resume(process().context)
    expect(await openJournals(process().context)).to.deep.equal([])
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL})
  })

  it('is told from one of ours by status', async function () {
    const {machine} = await scenery()
    expect((await rotationsInFlight(machine())).rotations.map(({signed}) => signed)).to.deep.equal([false])
  })
})

describe('a damaged journal', function () {
  const root = tempRoot()

  it('stops its own credential and no other, and status says how to set it aside', async function () {
    const apps = [holder('example-app'), {config: {HEROKU_API_KEY: tokenOf(OTHER)}, name: 'other-app'}]
    const {process, sandbox} = scene(root(), apps, {authorizations: [{description: CREDENTIAL}, {description: OTHER}]})
    const {context} = process()
    const rotation = await begin(context, requestOf(['example-app']))
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    const path = context.paths.journal(rotation.id)
    await writeFile(path, (await readFile(path, 'utf8')).replace('"at":', '"at":1'))

    const error = await errorOf(RotationError, begin(process().context, requestOf(['example-app'])))
    expect(error.code).to.equal('ROTATE_JOURNAL')
    await rotate(process().context, requestOf(['other-app'], {outgoing: {description: OTHER}}))
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'other-app': `${OTHER}-2026-01-15`})
    const {damaged} = await rotationsInFlight(process().context)
    expect(damaged.map(each => each.rotation)).to.deep.equal([rotation.id])
    expect(damaged[0]?.next.join('\n')).to.include(`mv ${path} ${path}.damaged`)
    expect((await errorOf(RotationError, resume(process().context))).code).to.equal('ROTATE_JOURNAL')
  })
})
