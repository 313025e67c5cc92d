import {expect} from 'chai'

import type {Looking} from '../../../src/lib/rotation/planning/find-consumers.js'

import {readAudit} from '../../../src/lib/audit/audit-log.js'
import {RotationError} from '../../../src/lib/errors.js'
import {FoundStragglers} from '../../../src/lib/rotation/guards/stragglers.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {openJournals} from '../../../src/lib/rotation/state/journals.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {type AppSpec, type SandboxOptions, tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, found, holder, holders, KEY, killed, placed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const looking: Looking = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'}
const named = (more: Partial<Looking> = {}) => requestOf(['example-app'], {looking: {...looking, ...more}})

describe('stragglers', function () {
  const root = tempRoot()
  const scenery = (apps: AppSpec[] = [holder('example-app'), holder('example-worker')], options: Omit<SandboxOptions, 'apps' | 'clock'> = {}) => {
    const made = scene(root(), apps, options)
    return {...made, outgoing: made.sandbox.world.authorization(CREDENTIAL)?.token ?? ''}
  }

  describe('when a rotation is planned', function () {
    it('stop it before anything is made', async function () {
      const {process, sandbox} = scenery()
      const error = await errorOf(FoundStragglers, rotate(process().context, named()))
      expect(error).to.include({code: 'ROTATE_STRAGGLERS', exit: 'failed', now: 'Nothing was changed.'})
      expect(error.happened).to.equal('1 more place uses this token and would stop working: example-worker:HEROKU_API_KEY.')
      expect(error.stragglers).to.deep.equal([{app: 'example-worker', keys: [KEY], name: 'example-worker'}])
      expect(changes(sandbox)).to.deep.equal([])
    })

    it('are places that hold the token in hex, escaped, or encoded twice', async function () {
      const {outgoing, process, sandbox} = scenery([holder('example-app'), {name: 'example-worker'}])
      const base64 = (text: string) => Buffer.from(text).toString('base64')
      sandbox.world.setConfig('example-worker', {
        BASE64: base64(`{"auth":"${base64(`_:${outgoing}`)}"}`), DASHES: `x:${outgoing.replaceAll('-', '%252D')}`,
        ESCAPED: outgoing.replaceAll('-', String.raw`\u002d`), HEX: Buffer.from(outgoing).toString('hex').toUpperCase(), WIDE: Buffer.from(`a${outgoing}`, 'utf16le').toString('base64'),
      })
      const {stragglers} = await errorOf(FoundStragglers, makePlan(process().context, named()))
      expect(stragglers).to.deep.equal([{app: 'example-worker', keys: ['BASE64', 'DASHES', 'ESCAPED', 'HEX', 'WIDE'], name: 'example-worker'}])
    })

    it('are other keys of an app that is named, too', async function () {
      const {process} = scenery([holder('example-app', {config: {OTHER_KEY: tokenOf(CREDENTIAL)}})])
      expect((await errorOf(FoundStragglers, rotate(process().context, named()))).stragglers).to.deep.equal([{app: 'example-app', keys: ['OTHER_KEY'], name: 'example-app'}])
    })

    it('are told from another authorization\'s token, which stops nothing', async function () {
      const {process, sandbox} = scenery([holder('example-app'), {config: {[KEY]: tokenOf('other')}, name: 'example-worker'}], {authorizations: [{description: CREDENTIAL}, {description: 'other'}]})
      await rotate(process().context, named())
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-worker': 'other'})
    })

    it('are what a person allows them to be', async function () {
      const {process, sandbox} = scenery()
      const {plan} = await rotate(process().context, named({allowed: ['example-worker']}))
      expect(plan.warnings.join('\n')).to.include('example-worker keeps the old token')
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-worker': CREDENTIAL})
    })

    it('are named where an allowed name is no place', async function () {
      const {process} = scenery()
      const error = await errorOf(FoundStragglers, rotate(process().context, named({allowed: ['exampel-worker', 'example-app']})))
      expect(error.now).to.equal('You allowed exampel-worker, which is not there. Did you mean example-worker? Nothing was changed.')
    })

    it('follow the canaries, where nothing else was named', async function () {
      const {process, sandbox} = scenery([holder('example-app'), holder('example-worker'), {name: 'example-console'}])
      const {plan} = await rotate(process().context, requestOf(['example-app@0'], {looking: {...looking, mode: 'find'}}))
      expect(plan.consumers.map(({id, wave}) => [id, wave])).to.deep.equal([['heroku-config:example-app', 0], ['heroku-config:example-worker', 1]])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': 'nothing', 'example-worker': INCOMING})
    })

    it('stop it where they are other keys of a canary', async function () {
      const {process} = scenery([holder('example-app', {config: {OTHER_KEY: tokenOf(CREDENTIAL)}}), holder('example-worker')])
      const error = await errorOf(FoundStragglers, rotate(process().context, requestOf(['example-app@0'], {looking: {...looking, mode: 'find'}})))
      expect(error.stragglers.map(({keys, name}) => `${name}:${keys.join(',')}`)).to.deep.equal(['example-app:OTHER_KEY'])
    })

    it('are the consumers where nobody named any', async function () {
      const {process, sandbox} = scenery([holder('example-app', {config: {OTHER_KEY: tokenOf(CREDENTIAL)}}), holder('example-worker'), {name: 'example-console'}])
      const {plan} = await rotate(process().context, requestOf([], {looking: {...looking, mode: 'find'}}))
      expect(plan.consumers.map(({id, keys, wave}) => [id, keys, wave])).to.deep.equal([
        ['heroku-config:example-app', [KEY, 'OTHER_KEY'], 1], ['heroku-config:example-worker', [KEY], 1],
      ])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': 'nothing', 'example-worker': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('refuses to rotate what nobody holds, unless that was said', async function () {
      const {process} = scenery([{name: 'example-app'}])
      expect(await errorOf(RotationError, makePlan(process().context, requestOf([], {looking: {...looking, mode: 'find'}})))).to.include({code: 'ROTATE_NO_CONSUMERS', exit: 'failed'})
      expect((await makePlan(process().context, requestOf([]))).plan.consumers).to.deep.equal([])
    })

    it('does not say that nobody holds it where an app could not be read', async function () {
      const {process} = scenery([{access: 'view', name: 'example-app'}])
      const error = await errorOf(RotationError, makePlan(process().context, requestOf([], {looking: {...looking, mode: 'find'}})))
      expect(error).to.include({code: 'ROTATE_UNREADABLE', exit: 'failed'})
      expect(error.next.join('\n')).not.to.include('--no-consumers')
    })

    it('reads no place twice', async function () {
      const {process, sandbox} = scenery([holder('example-app'), {name: 'example-worker'}])
      await makePlan(process().context, named())
      const reads = sandbox.log.filter(({path}) => path.endsWith('/config-vars')).map(({path}) => path)
      expect(reads.toSorted()).to.deep.equal(['/apps/example-app/config-vars', '/apps/example-worker/config-vars'])
    })

    it('does not take the token of somebody who looks alike for the outgoing one', async function () {
      const alike = {authorizations: [{description: CREDENTIAL}, {description: 'other'}], sharedPrefix: true, switches: {redactSuffix: false}}
      const apps = [holder('example-app'), {config: {[KEY]: tokenOf('other')}, name: 'example-worker'}]
      const {outgoing, process} = scenery(apps, alike)
      expect(await errorOf(RotationError, makePlan(process().context, requestOf([], {looking: {...looking, mode: 'find'}})))).to.include({code: 'ROTATE_TWO_VALUES'})
      const {plan} = await makePlan(process().context, requestOf([], {looking: {...looking, given: new Secret(outgoing), mode: 'find'}}))
      expect(plan.consumers.map(({id}) => id)).to.deep.equal(['heroku-config:example-app'])
    })
  })

  describe('law: before the revoke', function () {
    async function drained(apps: AppSpec[] = [holder('example-app'), {name: 'example-worker'}], request = named()) {
      const made = scenery(apps)
      const {context} = made.process()
      const rotation = await begin(context, request)
      await advance(rotation, 'drain')
      return {...made, context, rotation}
    }

    it('one that was set by hand meanwhile stops it', async function () {
      const {outgoing, rotation, sandbox} = await drained()
      sandbox.world.setConfig('example-worker', {DEPLOY_TOKEN: outgoing})
      sandbox.world.watch('example-worker', 'DEPLOY_TOKEN')
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_STRAGGLERS', exit: 'incomplete'})
      expect(error.next[0]).to.equal(`heroku authorizations:rotate:resume --rotation ${rotation.id} --app example-worker:DEPLOY_TOKEN`)
      expect(alive(sandbox)).to.include(CREDENTIAL)
      expect(sandbox.world.violations).to.deep.equal([])
    })

    for (const [what, value] of [
      ['a second key of an app it writes', (token: string) => token],
      ['a part of a longer value', (token: string) => `https://:${token}@git.heroku.com`],
    ] as const) {
      it(`one that is ${what} stops it`, async function () {
        const {outgoing, rotation, sandbox} = await drained([holder('example-app')])
        sandbox.world.setConfig('example-app', {LATER: value(outgoing)})
        expect((await errorOf(RotationError, carryOut(rotation))).happened).to.include('example-app:LATER')
        expect(alive(sandbox)).to.include(CREDENTIAL)
      })
    }

    it('one is taken in by resume, which then writes it too', async function () {
      const {outgoing, process, rotation, sandbox} = await drained()
      sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
      sandbox.world.setConfig('example-app', {LATER: outgoing})
      sandbox.world.watch('example-worker', KEY)
      await errorOf(RotationError, carryOut(rotation))
      await resume(process().context, {added: [placed('example-worker'), placed('example-app:LATER')]})
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-worker': INCOMING})
      expect(holders(sandbox, 'LATER')).to.include({'example-app': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('one that was taken in is given back what it held', async function () {
      const {outgoing, process, rotation, sandbox} = await drained()
      sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
      await rotation.release()
      const added = {added: [placed('example-worker')]}
      await carryOut(await found(process().context, added), one => advance(one, 'verify'))
      expect(holders(sandbox)).to.deep.equal({'example-app': `${INCOMING} (rotation ${rotation.id})`, 'example-worker': `${INCOMING} (rotation ${rotation.id})`})
      await carryOut(await found(process().context), rollBack)
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-worker': CREDENTIAL})
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    })

    it('one that is allowed when it is resumed does not stop it, and the audit log names it', async function () {
      const {context, outgoing, process, rotation, sandbox} = await drained()
      sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
      await errorOf(RotationError, carryOut(rotation))
      await resume(process().context, {allowed: ['example-worker']})
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      const {entries: [entry]} = await readAudit(context)
      expect(entry).to.have.property('discovery').that.deep.includes({allowed: ['example-worker'], status: 'scanned'})
    })

    for (const [what, waits] of [['straggler', {allowed: ['example-worker']}], ['place that stays unread', {allowedUnread: ['example-worker']}]] as const) {
      it(`a ${what} that was allowed stands in the audit log, too, where that process died after the DELETE`, async function () {
        const {context, outgoing, process, rotation, sandbox} = await drained()
        if ('allowed' in waits) sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
        else sandbox.world.app('example-worker').access = 'view'
        await errorOf(RotationError, carryOut(rotation))
        sandbox.faults.arm({kind: 'kill-after', match: {method: 'DELETE', path: '/oauth/authorizations/:id'}})
        const dying = process()
        await killed(sandbox, dying, resume(dying.context, waits))
        await resume(process().context)
        const {entries: [entry]} = await readAudit(context)
        expect(entry).to.have.property('discovery').that.deep.includes('allowed' in waits
          ? {allowed: ['example-worker'], unread: []}
          : {allowed: [], unread: [{keys: [], place: 'example-worker', reason: 'allowed with --allow-unread'}]})
      })
    }

    it('what cannot be read stops it, before anything is made', async function () {
      const {process, sandbox} = scenery([holder('example-app'), {access: 'view', name: 'closed-app'}])
      const error = await errorOf(RotationError, makePlan(process().context, named()))
      expect(error).to.include({code: 'ROTATE_UNREADABLE', exit: 'failed', now: 'Nothing was changed.'})
      expect(error.happened).to.include('closed-app (you may not read it)')
      expect(error.next).to.deep.equal(['Log in as an account that may read closed-app, and run it again.', '--allow-unread closed-app'])
      expect(changes(sandbox)).to.deep.equal([])
    })

    for (const status of [402, 410, 422, 451]) {
      it(`what Heroku refuses to show with ${status} stops it too, and can be allowed`, async function () {
        const {process, sandbox} = scenery([holder('example-app'), {name: 'owing-app'}])
        const body = '{"id":"delinquent","message":"Its owner owes money."}'
        sandbox.faults.armRaw(({path}) => (path === '/apps/owing-app/config-vars' ? {body, status} : undefined))
        const error = await errorOf(RotationError, makePlan(process().context, named()))
        expect(error).to.include({code: 'ROTATE_UNREADABLE', exit: 'failed', now: 'Nothing was changed.'})
        expect(error.happened).to.include(`owing-app (Heroku answered ${status} Its owner owes money)`)
        expect(error.next).to.deep.equal(['--allow-unread owing-app'])
        await carryOut(await begin(process().context, named({allowedUnread: ['owing-app']})))
        expect(alive(sandbox)).to.deep.equal([INCOMING])
      })
    }

    it('what cannot be read any more stops it before the revoke, unless a person allows it', async function () {
      const {process, rotation, sandbox} = await drained([holder('example-app'), {name: 'closing-app'}])
      sandbox.world.app('closing-app').access = 'view'
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_UNREADABLE', exit: 'incomplete'})
      expect(error.next[0]).to.equal(`heroku authorizations:rotate:resume --rotation ${rotation.id} --allow-unread closing-app`)
      await resume(process().context, {allowedUnread: ['closing-app']})
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('what a person allows to stay unread is told, and stands in the audit log', async function () {
      const {context, rotation, sandbox} = await drained([holder('example-app'), {access: 'view', name: 'closed-app'}], named({allowedUnread: ['closed-app']}))
      expect(rotation.plan.warnings.join('\n')).to.include('1 place could not be checked and may use the old token (--allow-unread): closed-app (you may not read it).')
      await carryOut(rotation)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      const {entries: [entry]} = await readAudit(context)
      expect(entry).to.have.property('discovery').that.deep.equals({
        allowed: [], apps: 2, before_revoke: {apps: 2, pipelines: 0, unreadable: 1}, pipelines: 0, status: 'scanned',
        unread: [{keys: [], place: 'closed-app', reason: 'you may not read it'}],
      })
    })

    it('nobody is looked for where that was said, and plan and audit log say so', async function () {
      const {context, outgoing, rotation, sandbox} = await drained(undefined, named({mode: 'skip'}))
      sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
      await carryOut(rotation)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(rotation.plan.warnings.join('\n')).to.include('--no-discover')
      expect(sandbox.log.some(({path}) => path === '/apps')).to.equal(false)
      const {entries: [entry]} = await readAudit(context)
      expect(entry).to.have.property('discovery').that.deep.equals({status: 'skipped'})
    })

    it('a process that resumes looks as the plan in the journal says', async function () {
      const {outgoing, process, rotation, sandbox} = await drained()
      await rotation.release()
      sandbox.world.setConfig('example-worker', {[KEY]: outgoing})
      expect((await openJournals(process().context))[0]?.plan.discovery).to.include({apps: 2, status: 'scanned'})
      expect(await errorOf(RotationError, resume(process().context))).to.include({code: 'ROTATE_STRAGGLERS', exit: 'incomplete'})
    })

    it('a consumer that is changed during the last look is asked again, and not remembered', async function () {
      const {outgoing, rotation, sandbox} = await drained([holder('example-app')])
      let isArmed = true
      sandbox.faults.armRaw(({method, path}) => {
        if (isArmed && method === 'GET' && path === '/apps/example-app/releases') {
          isArmed = false
          sandbox.world.setConfig('example-app', {[KEY]: outgoing})
        }

        return undefined
      })
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
      expect(alive(sandbox)).to.include(CREDENTIAL)
    })

    it('the consumers are read last, right before the DELETE', async function () {
      const {rotation, sandbox} = await drained()
      const before = sandbox.log.length
      await carryOut(rotation)
      const asked = sandbox.log.slice(before).map(({method, path}) => `${method} ${path}`)
      const pivot = asked.findIndex(line => line.startsWith('DELETE'))
      expect(asked.slice(0, pivot).lastIndexOf('GET /apps/example-app/config-vars')).to.be.greaterThan(asked.indexOf('GET /apps/example-worker/config-vars'))
      expect(asked.indexOf('GET /apps/example-worker/config-vars')).to.be.greaterThan(-1)
    })
  })
})
