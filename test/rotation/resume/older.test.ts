import {expect} from 'chai'
import {cp, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {RotationError} from '../../../src/lib/errors.js'
import {takeOverRotation} from '../../../src/lib/rotation/state/take-over.js'
import {errorOf} from '../../support/failure.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, killed, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app@0', 'example-console'])

describe('a journal that was restored from an older copy', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [holder('example-app'), holder('example-console')])

  /** A directory that was saved, and put back later. */
  const copied = (rotations: string) => ({
    async put() {
      await rm(rotations, {recursive: true})
      await cp(join(root(), 'saved'), rotations, {recursive: true})
    },
    save: () => cp(rotations, join(root(), 'saved'), {recursive: true}),
  })

  for (const later of ['fanout', 'drain', 'revoke'] as const) {
    for (const [way, work] of [['forward', goOn], ['back', rollBack]] as const) {
      it(`of before the create goes not ${way} where the rotation had come to the ${later}: everything uses a token that would be revoked`, async function () {
        const {process, sandbox} = scenery()
        const {context} = process()
        const {put, save} = copied(context.paths.rotations)
        const rotation = await begin(context, request)
        await carryOut(rotation, () => advance(rotation, 'preflight'))
        await save()
        await carryOut(await found(process().context), again => advance(again, later))
        const before = alive(sandbox)
        await put()
        for (const time of ['at first', 'and at the second time']) {
          const error = await errorOf(RotationError, found(process().context).then(old => carryOut(old, work)))
          expect(error, time).to.include({code: 'ROTATE_JOURNAL', exit: 'incomplete'})
          expect(error.next.join('\n')).to.include('.jsonl.older').and.include(`resume --rotation ${rotation.id}`)
        }

        expect(alive(sandbox)).to.deep.equal(before)
        expect(new Set(Object.values(holders(sandbox)))).to.deep.equal(new Set([`${INCOMING} (rotation ${rotation.id})`]))
      })
    }
  }

  it('goes on by what Heroku says once it was set aside', async function () {
    const {process, sandbox} = scenery()
    const {context} = process()
    const {put, save} = copied(context.paths.rotations)
    const rotation = await begin(context, request)
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    await save()
    await carryOut(await found(process().context), again => advance(again, 'drain'))
    await put()
    const path = context.paths.journal(rotation.id)
    await errorOf(RotationError, resume(process().context))
    await rename(path, `${path}.older`)
    await carryOut(await takeOverRotation(process().context, rotation.id), goOn)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('of a create without an answer revokes no token that something uses by now', async function () {
    const {process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST', path: '/oauth/authorizations'}})
    const dying = process()
    const rotation = await begin(dying.context, request)
    await killed(sandbox, dying, advance(rotation))
    const {put, save} = copied(dying.context.paths.rotations)
    await save()
    await carryOut(await found(process().context), again => advance(again, 'drain'))
    const before = alive(sandbox)
    await put()
    const error = await errorOf(RotationError, resume(process().context))
    expect(error).to.include({code: 'ROTATE_JOURNAL', exit: 'incomplete'})
    expect(alive(sandbox)).to.deep.equal(before)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('of before the mark regenerates nothing once more, in place', async function () {
    const {process, sandbox} = scenery()
    const {context} = process()
    const {put, save} = copied(context.paths.rotations)
    const rotation = await begin(context, {...request, inPlace: true})
    await carryOut(rotation, () => advance(rotation, 'preflight'))
    await save()
    await carryOut(await found(process().context), again => advance(again, 'fanout'))
    await put()
    const tokens = holders(sandbox)
    const error = await errorOf(RotationError, resume(process().context))
    expect(error).to.include({code: 'ROTATE_JOURNAL', exit: 'incomplete'})
    expect(holders(sandbox)).to.deep.equal(tokens)
  })
})
