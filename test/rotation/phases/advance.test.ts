import {expect} from 'chai'
import {readdir, readFile} from 'node:fs/promises'

import {RotationError} from '../../../src/lib/errors.js'
import {phases} from '../../../src/lib/rotation/phases.js'
import {errorOf} from '../../support/failure.js'
import {makeInProcess} from '../../support/in-process.js'
import {advance} from '../../support/one.js'
import {account, alive, begin, carryOut, changes, CREDENTIAL, found, holder, holders, requestOf, resume, rotate} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'
import {formsOf} from '../../support/token-forms.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const three = [holder('example-app', {dynos: {web: 2, worker: 1}}), holder('example-app-staging', {releasePhaseMs: 5000}), holder('example-console')]
const inTwoWaves = requestOf(['example-app', 'example-app-staging@0', 'example-console'])

describe('advance', function () {
  const root = tempRoot()

  describe('through a happy rotation of three apps in two waves', function () {
    const happy = (options: Parameters<typeof account>[1] = {}) => {
      const {clock, sandbox} = account(three, options)
      return {...makeInProcess({clock, root: root(), sandbox}), clock, sandbox}
    }

    it('replaces the token in every app, revokes the outgoing authorization, and breaks nothing on the way', async function () {
      const {context, sandbox} = happy()
      const {state} = await rotate(context, inTwoWaves)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-app-staging': INCOMING, 'example-console': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
      expect(state.closed).to.equal('completed')
      expect(state.proof).to.deep.include({by: 'token', incomingStatus: 200, outgoingStatus: 401})
    })

    it('runs the phases of the table in their order', async function () {
      const {context, events} = happy()
      await rotate(context, inTwoWaves)
      const started = events.flatMap(event => (event.type === 'phase' && event.state === 'started' ? [event.name] : []))
      expect(started).to.deep.equal(phases.map(({name}) => name))
      const done = events.flatMap(event => (event.type === 'phase' && event.state === 'done' ? [event.name] : []))
      expect(done).to.deep.equal(started)
    })

    it('writes the canary first, and the others only when it runs', async function () {
      const {context, sandbox} = happy()
      await rotate(context, inTwoWaves)
      expect(changes(sandbox).filter(call => call.startsWith('PATCH /apps')).map(call => call.split('/')[2])).to.deep.equal(['example-app-staging', 'example-app', 'example-console'])
      const [canary, other] = sandbox.log.filter(({method, path}) => method === 'PATCH' && path.startsWith('/apps')).map(({at}) => at)
      expect((other ?? 0) - (canary ?? 0)).to.be.at.least(7000)
    })

    it('changes nothing but what the plan says: one create, one write for each app, one description, one revoke', async function () {
      const {context, sandbox} = happy()
      const {plan, state} = await rotate(context, inTwoWaves)
      expect(changes(sandbox).toSorted()).to.deep.equal([
        `DELETE /oauth/authorizations/${plan.outgoing.id}`,
        'PATCH /apps/example-app-staging/config-vars',
        'PATCH /apps/example-app/config-vars',
        'PATCH /apps/example-console/config-vars',
        `PATCH /oauth/authorizations/${state.incoming?.id}`,
        'POST /oauth/authorizations',
      ])
    })

    it('marks the incoming authorization while it runs', async function () {
      const {context, sandbox} = happy()
      const rotation = await begin(context, inTwoWaves)
      await carryOut(rotation, () => advance(rotation, 'create'))
      expect(alive(sandbox)).to.include(`${INCOMING} (rotation ${rotation.id})`)
    })

    it('waits thirty seconds after the last restart, and not thirty and the time in between', async function () {
      const {clock, context} = happy({switches: {logMood: 'silent'}})
      const rotation = await rotate(context, inTwoWaves)
      expect(rotation.state.phases.get('drain')?.seconds).to.be.within(29, 30)
      expect(clock.now() - (rotation.state.lastRestartAt?.here ?? 0)).to.be.within(30_000, 31_000)
    })

    it('leaves nothing sealed behind, and no token in any file', async function () {
      const {context, sandbox} = happy()
      const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      const rotation = await rotate(context, inTwoWaves)
      const incoming = sandbox.world.authorization(INCOMING)?.token ?? ''
      const files = (await readdir(root(), {recursive: true, withFileTypes: true})).filter(file => file.isFile())
      expect(files.map(({name}) => name)).to.include.members([`${rotation.id}.jsonl`, 'audit.jsonl']).and.not.include(`${rotation.id}.sealed`)
      for (const {name, parentPath} of files) {
        const text = await readFile(`${parentPath}/${name}`, 'utf8')
        for (const form of [incoming, outgoing, sandbox.sessionToken].flatMap(token => formsOf(token))) expect(text).not.to.include(form)
      }
    })

    it('tells the person no token', async function () {
      const {context, sandbox, told} = happy()
      await rotate(context, inTwoWaves)
      for (const {token} of sandbox.world.existingAuthorizations) expect(told()).not.to.include(token)
    })

    it('asks a bounded number of times', async function () {
      const {context} = happy()
      await rotate(context, inTwoWaves)
      expect(context.api.calls).to.be.at.most(100 + three.length)
    })
  })

  it('stops after the phase it was asked to stop after, and goes on from there in another process', async function () {
    const {clock, sandbox} = account(three)
    for (const {name} of phases) {
      const {context} = makeInProcess({clock, root: root(), sandbox})
      const rotation = name === 'preflight' ? await begin(context, inTwoWaves) : await found(context)
      await carryOut(rotation, () => advance(rotation, name))
      expect(rotation.state.phases.get(name)?.status).to.equal('finished')
      expect([...rotation.state.phases.values()].map(({attempts}) => attempts)).to.deep.equal(phases.slice(0, rotation.state.phases.size).map(() => 1))
    }

    expect(alive(sandbox)).to.deep.equal([INCOMING])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('does nothing that is done already', async function () {
    const {clock, sandbox} = account(three)
    const {context} = makeInProcess({clock, root: root(), sandbox})
    const rotation = await begin(context, inTwoWaves)
    await advance(rotation, 'verify')
    const calls = sandbox.log.length
    await advance(rotation, 'verify')
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    expect(sandbox.log).to.have.length(calls)
  })

  it('closes a rotation that failed before it had made anything, and says so', async function () {
    const {clock, sandbox} = account(three)
    const {context} = makeInProcess({clock, root: root(), sandbox})
    const rotation = await begin(context, inTwoWaves)
    const {replace} = context.disk
    const full = () => Promise.reject(Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'}))
    context.disk.replace = (path, content) => (path === context.paths.sealed(rotation.id) ? full() : replace(path, content))
    const error = await errorOf(RotationError, advance(rotation))
    expect(error).to.include({code: 'ROTATE_DISK', exit: 'failed', now: 'Nothing was changed.'})
    expect(rotation.state.closed).to.equal('failed')
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('stays open when it failed later, says which token works where, and is resumed', async function () {
    const {clock, sandbox} = account(three)
    const first = makeInProcess({clock, root: root(), sandbox})
    const armed = sandbox.faults.arm({kind: '500', match: {method: 'PATCH', path: '/apps/example-app/config-vars'}, times: 6})
    const error = await errorOf(RotationError, rotate(first.context, inTwoWaves))
    expect(armed.fired).to.equal(6)
    expect(error).to.include({code: 'ROTATE_PLATFORM', exit: 'incomplete'})
    expect(error.now).to.match(/^The old token still works. So does the new one .*example-app-staging.* the new token/)
    expect(error.next.join('\n')).to.match(/rotate:resume --rotation (\w+)\n.*rotate:rollback --rotation \1/)
    await resume(makeInProcess({clock, root: root(), sandbox}).context)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
