import {expect} from 'chai'

import {discover, holders} from '../../../src/lib/inventory/discover.js'
import {takeOverRotation} from '../../../src/lib/rotation/state/take-over.js'
import {tokenOf} from '../../sandbox/sandbox.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const KEYS = ['heroku.api.token', 'HEROKU-API-KEY']
const INCOMING = `${CREDENTIAL}-2026-01-15`

describe('config vars whose names are more than letters, digits and _', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [{config: Object.fromEntries(KEYS.map(key => [key, tokenOf(CREDENTIAL)])), name: 'example-app'}])
  const found = (sandbox: ReturnType<typeof scenery>['sandbox']) => KEYS.map(key => sandbox.world.nameOf(sandbox.world.app('example-app').config[key] ?? ''))

  it('are rotated where they are named', async function () {
    const {process, sandbox} = scenery()
    await rotate(process().context, requestOf([`example-app:${KEYS.join(',')}`]))
    expect(found(sandbox)).to.deep.equal([INCOMING, INCOMING])
  })

  it('are rotated where they are found', async function () {
    const {process, sandbox} = scenery()
    const {context} = process()
    const {looking} = requestOf([])
    expect(holders(await discover(context, {ask: null, concurrency: 10, given: null, outgoing: {description: CREDENTIAL}}))).to.deep.equal([{app: 'example-app', keys: KEYS, name: 'example-app'}])
    await rotate(context, requestOf([], {looking: {...looking, mode: 'find'}}))
    expect(found(sandbox)).to.deep.equal([INCOMING, INCOMING])
  })

  it('are taken over from a machine that is gone', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process({root: `${root()}/gone`}).context, requestOf([`example-app:${KEYS.join(',')}`]))
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    await carryOut(await takeOverRotation(process().context, rotation.id))
    expect(found(sandbox)).to.deep.equal([INCOMING, INCOMING])
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })
})
