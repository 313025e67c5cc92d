import {expect} from 'chai'
import {PassThrough} from 'node:stream'

import {Interrupted} from '../../../../src/lib/errors.js'
import {forgetTyped} from '../../../../src/lib/system/typed-ahead.js'
import {errorOf} from '../../../support/failure.js'

function keyboard(typed: string, isTTY = true) {
  const modes: boolean[] = []
  const keys = Object.assign(new PassThrough(), {
    isRaw: false,
    isTTY,
    setRawMode(isRaw: boolean) {
      modes.push(isRaw)
      return keys
    },
  })
  keys.write(typed)
  return {keys, modes}
}

describe('forgetTyped', function () {
  it('takes what was typed before the question, and leaves the terminal as it was', async function () {
    const {keys, modes} = keyboard('example-token\r')
    await forgetTyped(keys)
    expect(keys.readableLength).to.equal(0)
    expect([modes, keys.isPaused(), keys.listenerCount('data')]).to.deep.equal([[true, false], true, 0])
  })

  it('keeps Ctrl-C an interrupt', async function () {
    await errorOf(Interrupted, forgetTyped(keyboard('example\u0003').keys))
  })

  it('leaves input that is no terminal', async function () {
    const {keys, modes} = keyboard('example-token\n', false)
    await forgetTyped(keys)
    expect([keys.readableLength, modes]).to.deep.equal([14, []])
  })
})
