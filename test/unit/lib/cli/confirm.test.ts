import {prompter} from '@heroku-cli/command/lib/prompter.js'
import {expect} from 'chai'

import {confirm} from '../../../../src/lib/cli/operator.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {errorOf} from '../../../support/failure.js'

const names = ['example-token', '0a0a0a0a-0000-4000-8000-000000000001', 'example-token-2025-10-17']

describe('confirm', function () {
  for (const confirmed of names) {
    it(`takes --confirm ${confirmed}`, async function () {
      expect(await confirm({confirmed, isInteractive: false, names})).to.equal(undefined)
    })
  }

  for (const confirmed of ['', 'Example-token', 'other-token', 'example-token-2025-10-18']) {
    it(`refuses --confirm "${confirmed}", on a terminal as well`, async function () {
      for (const isInteractive of [true, false]) {
        const error = await errorOf(RotationError, confirm({confirmed, isInteractive, names}))
        expect(error).to.include({code: 'ROTATE_CONFIRM', exit: 'usage', now: 'Nothing was changed.'})
        expect(error.next).to.deep.equal(['--confirm example-token'])
      }
    })
  }

  for (const [confirmed, nothing] of [['', ''], [' ', ' '], ['', ' ']] as const) {
    it(`does not take --confirm "${confirmed}" where something is called "${nothing}"`, async function () {
      const error = await errorOf(RotationError, confirm({confirmed, isInteractive: false, names: [nothing, ...names]}))
      expect(error.next).to.deep.equal(['--confirm example-token'])
    })
  }

  it('takes a name with a character that nobody can type as it is shown, and advises that', async function () {
    const asked = {isInteractive: false, names: ['two\nlines']}
    const [next = ''] = (await errorOf(RotationError, confirm({confirmed: undefined, ...asked}))).next
    expect(next).to.equal(String.raw`--confirm 'two\nlines'`)
    expect(await confirm({confirmed: String.raw`two\nlines`, ...asked})).to.equal(undefined)
  })

  describe('on a terminal', function () {
    const {prompt} = prompter
    afterEach(() => Object.assign(prompter, {prompt}))

    const typing = (answer: string, asked: readonly string[] = names) => {
      Object.assign(prompter, {prompt: async () => ({answer})})
      return confirm({confirmed: undefined, isInteractive: true, names: asked})
    }

    for (const typed of ['', ' ', 'other-token']) {
      it(`does not take "${typed}", whatever is called so`, async function () {
        for (const asked of [names, ['', ' ', ...names]]) {
          const error = await errorOf(RotationError, typing(typed, asked))
          expect(error).to.include({code: 'ROTATE_CONFIRM', happened: 'That is not example-token.'})
        }
      })
    }

    it('takes the name, spaces around it left out', async function () {
      expect(await typing(' example-token ')).to.equal(undefined)
      expect(await typing('example token', [' example token '])).to.equal(undefined)
    })
  })

  it('cannot ask where there is no terminal, and says what to type', async function () {
    const error = await errorOf(RotationError, confirm({confirmed: undefined, isInteractive: false, names}))
    expect(error).to.include({code: 'ROTATE_CONFIRM', exit: 'usage'})
    expect(error.next).to.deep.equal(['--confirm example-token'])
  })
})
