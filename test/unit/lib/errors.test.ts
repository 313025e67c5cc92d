import {Errors} from '@oclif/core'
import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import {catalogue, type Exit, exitCodes, flag, heroku, Interrupted, nextCommand, refused, RotationError, textOf, todo, toResume} from '../../../src/lib/errors.js'

describe('RotationError', function () {
  const error = new RotationError('ROTATE_UNEXPECTED', 'This happened.', {exit: 'incomplete', next: [todo('first'), todo('then')], now: 'This is true.'})

  it('says what happened, what is true now, and what to type next', function () {
    expect(error).to.be.instanceOf(Errors.CLIError)
    expect(error.message).to.equal('This happened.\nThis is true.')
    expect(error).to.include({code: 'ROTATE_UNEXPECTED', happened: 'This happened.', now: 'This is true.'})
    expect(error.next).to.deep.equal(['first', 'then'])
    expect(error.suggestions).to.deep.equal(['first', 'then'])
  })

  it('says no more than it knows', function () {
    const short = new RotationError('ROTATE_UNEXPECTED', 'This happened.', {next: todo('one')})
    expect(short.message).to.equal('This happened.')
    expect(short).to.include({exit: 'failed', now: undefined})
    expect(short.next).to.deep.equal(['one'])
  })

  it('ends the process with the exit code of design and help, for oclif and for --json', function () {
    const codes: Record<Exit, number> = {failed: 1, incomplete: 3, interrupted: 130, overdue: 4, usage: 2}
    expect(exitCodes).to.deep.equal(codes)
    for (const exit of ['failed', 'incomplete', 'interrupted', 'overdue', 'usage'] as const) {
      const ended = new RotationError('ROTATE_UNEXPECTED', 'x', {exit, next: todo('y')})
      expect([ended.exitCode, ended.oclif.exit]).to.deep.equal([codes[exit], codes[exit]])
    }
  })

  it('carries no cause', function () {
    expect(error.cause).to.equal(undefined)
    expect(Object.keys(error)).not.to.include('cause')
  })

  it('is told again with other details, and is not changed by it', function () {
    const again = error.with({next: todo('other'), now: 'That is true.'})
    expect(again).to.include({code: 'ROTATE_UNEXPECTED', exit: 'incomplete', happened: 'This happened.', message: 'This happened.\nThat is true.'})
    expect(again.next).to.deep.equal(['other'])
    expect(error.with({exit: 'failed'})).to.deep.include({exit: 'failed', now: 'This is true.'})
    expect(error.message).to.equal('This happened.\nThis is true.')
  })
})

describe('the kinds of RotationError', function () {
  it('say that nothing was changed where the words were wrong', function () {
    expect(refused('ROTATE_USAGE', 'x', todo('y'))).to.include({exit: 'usage', exitCode: 2, now: 'Nothing was changed.'})
  })

  it('say that nothing was changed where the world does not allow it', function () {
    expect(refused('ROTATE_NONE', 'x', [todo('y')])).to.include({exit: 'failed', exitCode: 1, now: 'Nothing was changed.'})
  })

  it('say how to go on after an interruption', function () {
    expect(new Interrupted()).to.include({code: 'ROTATE_INTERRUPTED', exit: 'interrupted', exitCode: 130})
    expect(new Interrupted().next).to.deep.equal(['heroku authorizations:rotate:resume'])
  })
})

describe('the catalogue of error codes', function () {
  const codes = Object.values(catalogue).flat()
  const files = readdirSync('src', {recursive: true}).map(file => join('src', String(file))).filter(file => file.endsWith('.ts'))
  const used = files.filter(file => !file.endsWith('errors.ts')).flatMap(file => [...readFileSync(file, 'utf8').matchAll(/'(ROTATE_\w+)'/g)].map(([, code]) => code))

  it('has every code that is used, and no other', function () {
    expect(used.length).to.be.greaterThan(codes.length)
    expect([...new Set([...used, 'ROTATE_INTERRUPTED'])]).to.have.members(codes)
  })

  it('is in order', function () {
    for (const some of Object.values(catalogue)) expect([...some]).to.deep.equal([...some].toSorted())
  })

  it('says how the command ends, which an error may say otherwise', function () {
    expect(new RotationError('ROTATE_PROBE', 'x', {next: []})).to.include({exit: 'incomplete', exitCode: 3})
    expect(refused('ROTATE_PROBE', 'x', [], 'failed')).to.include({exit: 'failed', exitCode: 1})
  })
})

describe('a next step', function () {
  it('is told as it is typed', function () {
    expect(textOf(heroku('authorizations:rotate', '--description', "it's mine"))).to.equal(String.raw`heroku authorizations:rotate --description 'it'\''s mine'`)
    expect(textOf({...heroku('login'), note: 'Once that is repaired'})).to.equal('Once that is repaired: heroku login')
    expect(textOf(flag('--confirm', 'example token'))).to.equal("--confirm 'example token'")
    expect(textOf(todo('Wait for it to end.'))).to.equal('Wait for it to end.')
  })

  it('is told once', function () {
    const error = new RotationError('ROTATE_UNEXPECTED', 'x', {next: [toResume('k7m2pq9xtz'), heroku('login'), toResume('k7m2pq9xtz')]})
    expect(error.next).to.deep.equal(['heroku authorizations:rotate:resume --rotation k7m2pq9xtz', 'heroku login'])
    expect(error.steps).to.have.length(2)
  })

  it('is, for a script, the way on with the rotation before anything else', function () {
    const next = [heroku('ps', '--app', 'example-app'), heroku('authorizations:rotate', 'ID'), toResume('k7m2pq9xtz')]
    expect(nextCommand(new RotationError('ROTATE_UNEXPECTED', 'x', {next}))).to.equal('heroku authorizations:rotate:resume --rotation k7m2pq9xtz')
    expect(nextCommand(new RotationError('ROTATE_UNEXPECTED', 'x', {next: next.slice(0, 2)}))).to.equal('heroku ps --app example-app')
    const toRun = [heroku('ps', '--app', 'example-app'), heroku('authorizations:rotate:run', 'ID')]
    expect(nextCommand(new RotationError('ROTATE_UNEXPECTED', 'x', {next: toRun}))).to.equal('heroku ps --app example-app')
    expect(nextCommand(new RotationError('ROTATE_UNEXPECTED', 'x', {next: []}))).to.equal(null)
  })
})
