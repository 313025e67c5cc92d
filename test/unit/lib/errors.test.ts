import {Errors} from '@oclif/core'
import {expect} from 'chai'

import {type Exit, exitCodes, Interrupted, refused, RotationError, usage} from '../../../src/lib/errors.js'

describe('RotationError', function () {
  const error = new RotationError('ROTATE_X', 'This happened.', {exit: 'incomplete', next: ['first', 'then'], now: 'This is true.'})

  it('says what happened, what is true now, and what to type next', function () {
    expect(error).to.be.instanceOf(Errors.CLIError)
    expect(error.message).to.equal('This happened.\nThis is true.')
    expect(error).to.include({code: 'ROTATE_X', happened: 'This happened.', now: 'This is true.'})
    expect(error.next).to.deep.equal(['first', 'then'])
    expect(error.suggestions).to.deep.equal(['first', 'then'])
  })

  it('says no more than it knows', function () {
    const short = new RotationError('ROTATE_X', 'This happened.', {next: 'one'})
    expect(short.message).to.equal('This happened.')
    expect(short).to.include({exit: 'failed', now: undefined})
    expect(short.next).to.deep.equal(['one'])
  })

  it('ends the process with the exit code of design and help, for oclif and for --json', function () {
    const codes: Record<Exit, number> = {failed: 1, incomplete: 3, interrupted: 130, overdue: 4, usage: 2}
    expect(exitCodes).to.deep.equal(codes)
    for (const exit of ['failed', 'incomplete', 'interrupted', 'overdue', 'usage'] as const) {
      const ended = new RotationError('ROTATE_X', 'x', {exit, next: 'y'})
      expect([ended.exitCode, ended.oclif.exit]).to.deep.equal([codes[exit], codes[exit]])
    }
  })

  it('carries no cause', function () {
    expect(error.cause).to.equal(undefined)
    expect(Object.keys(error)).not.to.include('cause')
  })

  it('is told again with other details, and is not changed by it', function () {
    const again = error.with({next: 'other', now: 'That is true.'})
    expect(again).to.include({code: 'ROTATE_X', exit: 'incomplete', happened: 'This happened.', message: 'This happened.\nThat is true.'})
    expect(again.next).to.deep.equal(['other'])
    expect(error.with({exit: 'failed'})).to.deep.include({exit: 'failed', now: 'This is true.'})
    expect(error.message).to.equal('This happened.\nThis is true.')
  })
})

describe('the kinds of RotationError', function () {
  it('say that nothing was changed where the words were wrong', function () {
    expect(usage('ROTATE_X', 'x', 'y')).to.include({exit: 'usage', exitCode: 2, now: 'Nothing was changed.'})
  })

  it('say that nothing was changed where the world does not allow it', function () {
    expect(refused('ROTATE_X', 'x', ['y'])).to.include({exit: 'failed', exitCode: 1, now: 'Nothing was changed.'})
  })

  it('say how to go on after an interruption', function () {
    expect(new Interrupted()).to.include({code: 'ROTATE_INTERRUPTED', exit: 'interrupted', exitCode: 130})
    expect(new Interrupted().next).to.deep.equal(['heroku authorizations:rotate:resume'])
  })
})
