import {expect} from 'chai'

import {allEnded} from '../../../../../src/lib/rotation/engine/step.js'
import {errorOf} from '../../../../support/failure.js'

describe('allEnded', function () {
  it('tells a failure when the others have ended too', async function () {
    let hasEnded = false
    const late = new Promise<void>(resolve => {
      setImmediate(() => {
        hasEnded = true
        resolve()
      })
    })
    const error = await errorOf(Error, allEnded([Promise.reject(new Error('refused')), late]))
    expect(error.message).to.equal('refused')
    expect(hasEnded).to.equal(true)
  })

  it('answers what each of them does', async function () {
    expect(await allEnded([Promise.resolve(1), 'two'])).to.deep.equal([1, 'two'])
  })
})
