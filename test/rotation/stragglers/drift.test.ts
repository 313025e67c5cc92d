import {expect} from 'chai'

import {AmbiguousOutgoing} from '../../../src/lib/credentials/outgoing.js'
import {RotationError, todo} from '../../../src/lib/errors.js'
import {type Drift, type DriftRequest, findDrift} from '../../../src/lib/inventory/drift.js'
import {findInFlight} from '../../../src/lib/rotation/guards/in-flight.js'
import {driftError} from '../../../src/lib/rotation/report/drift-error.js'
import {driftResult} from '../../../src/lib/rotation/report/drift-result.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {type AppSpec, type SandboxOptions, tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {everythingIn} from '../../support/leaks.js'
import {begin, carryOut, changes, CREDENTIAL, holder, KEY, placed, requestOf, rotate, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

const NEWER = `${CREDENTIAL}-2026-01-01`
const OTHER = 'other-token'
const issues = {authorizations: [{description: CREDENTIAL}, {ageDays: 14, description: NEWER}, {description: OTHER}]}
const request: DriftRequest = {ask: null, concurrency: 10, consumers: [], given: null, named: {description: CREDENTIAL}, refuseInFlight: findInFlight}
const at = (...texts: string[]) => texts.map(text => placed(text))

/** `CONSUMER:KEY` and what it holds, without the kind. */
function told({consumers}: Drift): Record<string, string> {
  return Object.fromEntries(consumers.flatMap(({id, keys}) => keys.map(({isWhole, key, owner}) =>
    [`${id.replace('heroku-config:', '')}:${key}`, isWhole ? owner.is : `${owner.is}, within`])))
}

describe('drift', function () {
  const root = tempRoot()

  function scenery(apps: AppSpec[], options: Omit<SandboxOptions, 'apps' | 'clock'> = issues) {
    const made = scene(root(), apps, options)
    const {context} = made.process()
    return {...made, context, find: (given: Partial<DriftRequest> = {}) => findDrift(context, {...request, ...given})}
  }

  const mixed = (): AppSpec[] => [
    holder('example-app', {config: {[KEY]: tokenOf(NEWER), OTHER_KEY: tokenOf(CREDENTIAL)}}),
    {config: {[KEY]: tokenOf(OTHER)}, name: 'example-console'},
    {config: {[KEY]: sampleToken('gone')}, name: 'example-worker'},
    {config: {RAILS_ENV: 'production'}, name: 'example-empty'},
    {config: {[KEY]: 'postgres://example'}, name: 'example-text'},
    {config: {[KEY]: tokenOf(NEWER)}, masked: [KEY], name: 'masked-app'},
  ]
  const everyone = at('example-app:HEROKU_API_KEY,OTHER_KEY', 'example-console', 'example-worker', 'example-empty', 'example-text', 'masked-app')

  it('tells for each key of the consumers that were named whose token it holds', async function () {
    const {find, sandbox} = scenery(mixed())
    const found = await find({consumers: everyone})
    expect(told(found)).to.deep.equal({
      'example-app:HEROKU_API_KEY': 'right', 'example-app:OTHER_KEY': 'older', 'example-console:HEROKU_API_KEY': 'another', 'example-empty:HEROKU_API_KEY': 'nothing',
      'example-text:HEROKU_API_KEY': 'other', 'example-worker:HEROKU_API_KEY': 'dead', 'masked-app:HEROKU_API_KEY': 'unreadable',
    })
    expect([found.isDrift, found.name, found.issues.map(({description}) => description)]).to.deep.equal([true, CREDENTIAL, [NEWER, CREDENTIAL]])
    expect(changes(sandbox)).to.deep.equal([])
    expect(sandbox.log.filter(({path}) => path.startsWith('/apps/')).map(({path}) => path), 'one read each').to.have.length(6)
  })

  it('is none where all that can be read hold the token of the newest issue', async function () {
    const {find} = scenery(mixed())
    const found = await find({consumers: at('example-app', 'masked-app')})
    expect(found.isDrift).to.equal(false)
    expect(driftError(found, [])).to.equal(null)
  })

  it('finds whoever holds a token of any issue where nobody was named, and nobody else', async function () {
    const {find, sandbox} = scenery([...mixed(), {access: 'view', name: 'closed-app'}], {...issues, pipelines: [{config: {test: {[KEY]: 'nothing'}}, name: 'example-pipeline'}]})
    sandbox.world.pipelines[0]?.changeConfig('test', {[KEY]: sandbox.world.authorization(CREDENTIAL)?.token ?? ''})
    const found = await find()
    expect(told(found)).to.deep.equal({'example-app:HEROKU_API_KEY': 'right', 'example-app:OTHER_KEY': 'older', 'pipeline-config:example-pipeline/test:HEROKU_API_KEY': 'older'})
    expect(found.strays).to.deep.equal(['heroku-config:example-worker:HEROKU_API_KEY'])
    expect(found.scanned?.unread.map(({name}) => name)).to.deep.equal(['closed-app', 'masked-app'])
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('knows a dead token for one of the credential by the audit log', async function () {
    const {context, find, sandbox} = scenery([holder('example-app')], {authorizations: [{description: CREDENTIAL}]})
    const {id, token = ''} = sandbox.world.authorization(CREDENTIAL) ?? {}
    await rotate(context, requestOf(['example-app']))
    sandbox.world.setConfig('example-app', {OTHER_KEY: token})
    const found = await find()
    expect(told(found)).to.deep.equal({'example-app:HEROKU_API_KEY': 'right', 'example-app:OTHER_KEY': 'dead'})
    expect(found.consumers[0]?.keys[1]?.owner).to.deep.equal({is: 'dead', issue: id})
    expect([found.isDrift, found.strays]).to.deep.equal([true, []])
  })

  it('takes the newest issue for right, whichever one was named', async function () {
    const {find, sandbox} = scenery([holder('example-app')])
    const id = sandbox.world.authorization(CREDENTIAL)?.id ?? ''
    for (const named of [{id}, {description: NEWER}, {description: CREDENTIAL}]) {
      const {isDrift, issues: [right]} = await find({consumers: at('example-app'), named})
      expect([isDrift, right.description]).to.deep.equal([true, NEWER])
    }
  })

  it('takes the one whose ID was given where two are equally new, and else asks which', async function () {
    const {find, sandbox} = scenery([holder('example-app')], {authorizations: [{description: CREDENTIAL}, {description: CREDENTIAL}]})
    const {id} = await errorOf(AmbiguousOutgoing, find()).then(({candidates}) => candidates[1] ?? {id: ''})
    expect((await find({named: {id}})).issues.map(one => one.id)).to.have.length(2).and.to.have.property('0', id)
    expect(changes(sandbox)).to.deep.equal([])
  })

  it('does not speak of one that has no name as an issue of the others without', async function () {
    const {find, sandbox} = scenery([{config: {[KEY]: tokenOf('')}, name: 'example-app'}], {authorizations: [{description: ''}, {description: OTHER}]})
    const id = sandbox.world.authorization('')?.id ?? ''
    const found = await find({consumers: at('example-app'), named: {id}})
    expect([found.name, found.issues.length]).to.deep.equal([id, 1])
  })

  it('is not looked for while a rotation of the credential is in flight', async function () {
    const {context, find, process, sandbox} = scenery([holder('example-app')], {authorizations: [{description: CREDENTIAL}]})
    await carryOut(await begin(context, requestOf(['example-app'])), async () => {})
    const error = await errorOf(RotationError, find())
    expect(error).to.include({code: 'ROTATE_IN_FLIGHT', exit: 'failed'})
    expect(error.happened).to.match(/has not ended\. It stopped before its first step\.$/)
    sandbox.world.createAuthorization({description: `${CREDENTIAL}-2026-01-15 (rotation abcdef2345)`})
    const elsewhere = process({root: `${root()}/elsewhere`}).context
    expect(await errorOf(RotationError, findDrift(elsewhere, request))).to.include({code: 'ROTATE_IN_FLIGHT'})
  })

  describe('where Heroku shows too little to tell the issues apart', function () {
    const alike = {...issues, sharedPrefix: true, switches: {redactSuffix: false}}
    const apps = () => [holder('example-app', {config: {[KEY]: tokenOf(NEWER)}}), holder('example-worker')]
    const both = at('example-app', 'example-worker')

    it('is seen, and nobody guesses which is right', async function () {
      const {find} = scenery(apps(), alike)
      const found = await find({consumers: both})
      expect(told(found)).to.deep.equal({'example-app:HEROKU_API_KEY': 'unclear', 'example-worker:HEROKU_API_KEY': 'unclear'})
      expect(driftError(found, ['--app', 'example-app'])).to.include({code: 'ROTATE_DRIFT'}).and.to.have.property('happened').that.includes('have different tokens')
      expect((await find({consumers: at('example-app')})).isDrift, 'one alone may be right').to.equal(false)
    })

    it('is settled by the right token on stdin, or by the person', async function () {
      const {find, sandbox} = scenery(apps(), alike)
      const settled = {'example-app:HEROKU_API_KEY': 'right', 'example-worker:HEROKU_API_KEY': 'unclear'}
      expect(told(await find({consumers: both, given: new Secret(sandbox.world.authorization(NEWER)?.token ?? '')}))).to.deep.equal(settled)
      const ask: DriftRequest['ask'] = async (_, candidates) => candidates.find(({places: [place = '']}) => place.includes('example-app'))?.fingerprint ?? ''
      const found = await find({ask, consumers: both})
      expect([told(found), found.isDrift]).to.deep.equal([settled, true])
    })
  })

  it('says what happened, what is true now and what to type next', async function () {
    const {find, sandbox} = scenery(mixed())
    const [newer, older, other] = [NEWER, CREDENTIAL, OTHER].map(description => sandbox.world.authorization(description)?.id)
    const error = driftError(await find({consumers: everyone}), ['--app', 'example-app', '--github', 'example/example-app'])
    expect(error).to.include({code: 'ROTATE_DRIFT', exitCode: 1})
    expect(error?.now).to.equal('Nothing was changed.')
    expect(error?.message.split('\n')).to.deep.equal([
      `5 of 7 keys do not have the right token for ${CREDENTIAL}, which is ${NEWER} (${newer}).`,
      `heroku-config:example-app:OTHER_KEY has the token of ${CREDENTIAL} (${older}), which works.`,
      `heroku-config:example-console:HEROKU_API_KEY has the token of ${OTHER} (${other}), which works.`,
      'heroku-config:example-worker:HEROKU_API_KEY has a token that Heroku refuses: what uses it does not work.',
      'heroku-config:example-empty:HEROKU_API_KEY is not set.',
      'heroku-config:example-text:HEROKU_API_KEY has something that is not a token.',
      'Nothing was changed.',
    ])
    const wrong = ['app:OTHER_KEY', 'console:HEROKU_API_KEY', 'worker:HEROKU_API_KEY', 'text:HEROKU_API_KEY'].map(place => ` --overwrite example-${place}`).join('')
    expect(error?.next).to.deep.equal([
      `heroku authorizations:rotate --description ${CREDENTIAL} --app example-app --github example/example-app --add example-empty:HEROKU_API_KEY${wrong}`,
      `Or give them the token of ${NEWER} by hand, from where it is recorded.`,
      `Once nothing uses ${CREDENTIAL} any more: heroku authorizations:revoke ${older}`,
    ])
  })

  it('names everybody that was found for the rotation that mends it, and what nobody can say of a longer value', async function () {
    const {context, find, process, sandbox} = scenery([holder('example-app', {config: {[KEY]: tokenOf(NEWER)}}), holder('example-worker')])
    sandbox.world.setConfig('example-worker', {REMOTE: `https://:${sandbox.world.authorization(CREDENTIAL)?.token}@git.heroku.com/example.git`})
    const {next = []} = driftError(await find(), []) ?? {}
    expect(next.slice(0, 2)).to.deep.equal([
      `heroku authorizations:rotate --description ${CREDENTIAL} --app example-app:HEROKU_API_KEY --overwrite example-worker:HEROKU_API_KEY`,
      'Replace the token within REMOTE of heroku-config:example-worker by hand: the rest of the value has to stay.',
    ])
    sandbox.world.setConfig('example-worker', {REMOTE: ''})
    await rotate(context, requestOf(['example-app', 'example-worker']))
    expect(await findDrift(process().context, request)).to.include({isDrift: false})
  })

  it('fails where a consumer cannot be reached, without hiding the others', async function () {
    const {find} = scenery([...mixed(), {access: 'view', name: 'closed-app'}])
    const found = await find({consumers: at('example-app', 'closed-app', 'no-such-app')})
    expect(told(found)).to.deep.equal({'closed-app:HEROKU_API_KEY': 'unreadable', 'example-app:HEROKU_API_KEY': 'right', 'no-such-app:HEROKU_API_KEY': 'unreadable'})
    expect(driftError(found, [])).to.include({code: 'ROTATE_CONSUMER', exitCode: 1}).and.to.have.property('happened').that.matches(/^2 consumers could not be read.*\n.*closed-app.*\n.*no-such-app/)
    const loggedOut = {...found, consumers: found.consumers.filter(({why}) => why !== null).map(one => ({...one, steps: [todo('gh auth login')]}))}
    expect(driftError(loggedOut, [])?.next, 'as the consumer said itself').to.deep.equal(['gh auth login'])
  })

  it('is told without any token', async function () {
    const {context, find, sandbox} = scenery(mixed())
    const found = await find({consumers: everyone})
    const text = `${everythingIn(driftResult(found, 1, null))} ${everythingIn(driftError(found, []))}`
    for (const {token} of sandbox.world.authorizations) expect(text).not.to.include(token)
    expect(text).not.to.include(sampleToken('gone'))
    expect(context.filter.clean(sampleToken('gone'))).to.equal('[secret]')
  })
})
