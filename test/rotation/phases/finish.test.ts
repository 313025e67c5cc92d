import {expect} from 'chai'

import {alive, CREDENTIAL, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const NEXT = `${CREDENTIAL}-2026-01-15-2`
const request = requestOf(['example-app'])

describe('finish', function () {
  const root = tempRoot()

  it('ends a rotation whose incoming authorization a later one has replaced, and says so', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const dying = process({host: 'one-host', root: `${root()}/one`})
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/oauth/authorizations/:id'}})
    await killed(sandbox, dying, rotate(dying.context, request))
    // Its mark is off, so that nothing tells another machine of it.
    await rotate(process({host: 'other-host', root: `${root()}/other`}).context, request)
    const {context, told} = process({host: 'one-host', root: `${root()}/one`})
    const {state} = await resume(context)
    expect(state.closed).to.equal('completed')
    expect(told()).to.match(/is gone: somebody else, or a later rotation, has revoked it/)
    expect(alive(sandbox)).to.deep.equal([NEXT])
    expect(holders(sandbox)).to.deep.equal({'example-app': NEXT})
  })
})
