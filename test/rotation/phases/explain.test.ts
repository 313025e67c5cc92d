import {expect} from 'chai'

import {heroku, Interrupted, RotationError, todo, toResume} from '../../../src/lib/errors.js'
import {PlatformError} from '../../../src/lib/heroku/platform-error.js'
import {explain, toRotationError} from '../../../src/lib/rotation/report/explain.js'
import {errorOf} from '../../support/failure.js'
import {everythingIn, leaked} from '../../support/leaks.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, holder, requestOf, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

const platform = (facts: ConstructorParameters<typeof PlatformError>[1]) => new PlatformError('GET /account: words of Heroku', facts)
const inSentence = (facts: object) => new PlatformError('GET /account: 422 Too many authorizations.', {failure: 'http', status: 422, ...facts})
const ofSystem = (code: string) => Object.assign(new Error(`${code}: no, write`), {code, syscall: 'write'})

describe('toRotationError', function () {
  const told: [string, unknown, string, RegExp][] = [
    ['a refused session', platform({failure: 'http', status: 401}), 'ROTATE_SESSION', /refuses your login/],
    ['a login of another scope', new PlatformError('GET /account: 403 You do not have access.', {failure: 'http', status: 403}), 'ROTATE_SESSION', /needs the scope global/],
    ['a broken connection', platform({failure: 'network'}), 'ROTATE_UNREACHABLE', /cannot be reached\. GET \/account/],
    ['a deadline', platform({failure: 'deadline'}), 'ROTATE_UNREACHABLE', /cannot be reached/],
    ['an empty pool of calls', platform({failure: 'http', status: 429}), 'ROTATE_RATE_LIMIT', /no API calls left/],
    ['a failure of the platform', platform({failure: 'http', requestId: 'ours,theirs', status: 500}), 'ROTATE_PLATFORM', /words of Heroku \(request ours\)\.$/],
    ['an unexpected shape', platform({failure: 'shape'}), 'ROTATE_PLATFORM', /words of Heroku\.$/],
    ['a failure that Heroku tells in a sentence', inSentence({requestId: 'ours'}), 'ROTATE_PLATFORM', /authorizations \(request ours\)\.$/],
    ['the same without the ID of a request', inSentence({}), 'ROTATE_PLATFORM', /authorizations\.$/],
    ['a full disk', ofSystem('ENOSPC'), 'ROTATE_DISK', /cannot be written \(ENOSPC\)/],
    ['a disk that must not be written', ofSystem('EROFS'), 'ROTATE_DISK', /EROFS/],
    ['a directory that was removed while somebody is in it', Object.assign(new Error('ENOENT: uv_cwd'), {code: 'ENOENT', syscall: 'uv_cwd'}), 'ROTATE_FILE', /directory that you are in was removed/],
    ['Ctrl-C at a prompt', Object.assign(new Error('closed'), {name: 'ExitPromptError'}), 'ROTATE_INTERRUPTED', /^Interrupted\.$/],
    ['a bug', new TypeError('x is not a function'), 'ROTATE_UNEXPECTED', /TypeError/],
    ['something that is no error', 'text', 'ROTATE_UNEXPECTED', /\(string\)/],
    ['nothing', undefined, 'ROTATE_UNEXPECTED', /\(undefined\)/],
  ]
  for (const [what, error, code, words] of told) {
    it(`tells of ${what}, and what to do about it`, function () {
      const rotationError = toRotationError(error)
      expect(rotationError.code).to.equal(code)
      expect(rotationError.happened).to.match(words)
      expect(rotationError.next.length).to.be.at.least(1)
    })
  }

  it('tells of a network that asks for a login', function () {
    for (const facts of [{failure: 'shape'}, {failure: 'http', status: 511}] as const) expect(toRotationError(platform(facts)).next.join('\n')).to.include('log in to it with a browser')
  })

  it('leaves one of its own as it is', function () {
    const error = new RotationError('ROTATE_UNEXPECTED', 'x', {next: todo('y')})
    expect(toRotationError(error)).to.equal(error)
  })

  it('quotes nothing of an unexpected error, which may quote anything', function () {
    const token = sampleToken('unexpected')
    const error = Object.assign(new Error(`bad header ${token}`, {cause: token}), {config: {headers: {authorization: token}}})
    expect(leaked(everythingIn(toRotationError(error)), [token])).to.deep.equal([])
  })
})

describe('explain', function () {
  const root = tempRoot()
  const request = requestOf(['example-app'])

  it('says of a failure before the create that nothing was changed', async function () {
    const rotation = await begin(scene(root(), [holder('example-app')]).process().context, request)
    const error = explain(platform({failure: 'network'}), rotation)
    expect(error).to.include({code: 'ROTATE_UNREACHABLE', exit: 'failed', now: 'Nothing was changed.'})
  })

  it('advises to let an app be only where one may have refused', async function () {
    const rotation = await begin(scene(root(), [holder('example-app')]).process().context, request)
    const refusal = new RotationError('ROTATE_TWO_FACTOR', 'x', {next: todo('y')})
    await rotation.record({name: 'create', status: 'started', type: 'phase'})
    expect(explain(refusal, rotation).next.join('\n')).not.to.include('--allow-unread')
    await advance(rotation, 'create')
    rotation.outOfReach.add('heroku-config:example-app')
    expect(explain(refusal, rotation).next.join('\n')).to.include(`resume --rotation ${rotation.id} --allow-unread example-app`)
  })

  it('says of a failure after it how to go on, keeping what the failure itself advises', async function () {
    const rotation = await begin(scene(root(), [holder('example-app')]).process().context, request)
    await advance(rotation, 'create')
    const error = explain(new RotationError('ROTATE_RELEASE_FAILED', 'failed', {next: [heroku('releases:output', 'v4', '--app', 'example-app'), toResume()]}), rotation)
    expect(error.exit).to.equal('incomplete')
    expect(error.next).to.deep.equal(['heroku releases:output v4 --app example-app', ...['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation ${rotation.id}`)])
  })

  it('keeps a way to go on that says more than the usual one', async function () {
    const rotation = await begin(scene(root(), [holder('example-app')]).process().context, request)
    await advance(rotation, 'create')
    const own = toResume(rotation.id, '--ignore-one-off')
    const {next} = explain(new RotationError('ROTATE_STILL_RUNNING', 'x', {exit: 'incomplete', next: own}), rotation)
    expect(next).to.include(`heroku authorizations:rotate:resume --rotation ${rotation.id} --ignore-one-off`)
  })

  it('says of an interruption only how to go on', async function () {
    const rotation = await begin(scene(root(), [holder('example-app')]).process().context, request)
    await advance(rotation, 'create')
    const error = explain(new Interrupted(), rotation)
    expect(error).to.include({exit: 'interrupted', exitCode: 130})
    expect(error.next).to.deep.equal(['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation ${rotation.id}`))
  })

  it('does not advise to resume what was closed because nothing had been made', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const {context, interrupt} = process()
    const rotation = await begin(context, request)
    interrupt()
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({exit: 'interrupted', now: 'Nothing was changed.'})
    expect(rotation.state.closed).to.equal('failed')
    expect(alive(sandbox)).to.deep.equal(['example-token'])
    expect(error.next.join('\n')).not.to.include('authorizations:rotate:resume')
  })
})
