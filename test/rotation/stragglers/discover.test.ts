import {expect} from 'chai'

import type {DiscoverRequest, Discovery} from '../../../src/lib/inventory/discover.js'

import {candidates} from '../../../src/lib/cli/finding.js'
import {RotationError} from '../../../src/lib/errors.js'
import {discover, holders} from '../../../src/lib/inventory/discover.js'
import {SharedReads} from '../../../src/lib/rotation/planning/shared-reads.js'
import {discoverResult} from '../../../src/lib/rotation/report/discover-result.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {type AppSpec, type SandboxOptions, tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {largeAccount, OTHER} from '../../support/large-account.js'
import {everythingIn} from '../../support/leaks.js'
import {alive, CREDENTIAL, holder, KEY, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

const request: DiscoverRequest = {ask: null, concurrency: 10, given: null, outgoing: {description: CREDENTIAL}}
const both = {authorizations: [{description: CREDENTIAL}, {description: OTHER}]}

/** `PLACE:KEY` and what is said of it. */
function told({places}: Discovery): Record<string, string> {
  return Object.fromEntries(places.flatMap(({keys, name}) => keys.map(({isWhole, key, owner}) => {
    const what = owner.is === 'another' ? owner.authorization.description : owner.is
    return [`${name}:${key}`, isWhole ? what : `${what}, within`]
  })))
}

describe('discover', function () {
  const root = tempRoot()

  function scenery(apps: AppSpec[], options: Omit<SandboxOptions, 'apps' | 'clock'> = {}) {
    const made = scene(root(), apps, options)
    const {context} = made.process()
    return {...made, context, find: (changes: Partial<DiscoverRequest> = {}) => discover(context, {...request, ...changes})}
  }

  it('finds every key that holds the token, grouped by app, and leaves out everything else', async function () {
    const {find, sandbox} = scenery([
      holder('example-app', {config: {DEPLOY_TOKEN: tokenOf(CREDENTIAL), RAILS_ENV: 'production'}}),
      {config: {DATABASE_URL: 'postgres://example'}, name: 'example-console'},
      holder('example-worker', {team: 'example-team'}),
    ])
    const found = await find()
    expect(holders(found)).to.deep.equal([{app: 'example-app', keys: [KEY, 'DEPLOY_TOKEN'], name: 'example-app'}, {app: 'example-worker', keys: [KEY], name: 'example-worker'}])
    expect(sandbox.log.every(({method}) => method === 'GET')).to.equal(true)
  })

  it('is followed by a look at GitHub, which tells where there was none', async function () {
    const {context, find} = scenery([holder('example-app')])
    const noGh = {...context, outside: {...context.outside, run: () => Promise.reject(Object.assign(new Error('gh: no such program'), {code: 'ENOENT'}))}}
    for (const github of [true, false]) {
      const {found, isGitHubClosed} = await candidates(noGh, await find(), new SharedReads(context), {concurrency: 10, github, home: false})
      expect(found.map(({name}) => name)).to.deep.equal(['example-app'])
      expect(isGitHubClosed).to.equal(github)
    }
  })

  it('tells another authorization\'s token from it, and which one', async function () {
    const {find} = scenery([holder('example-app', {config: {OTHER_KEY: tokenOf(OTHER)}})], both)
    expect(told(await find())).to.deep.equal({'example-app:HEROKU_API_KEY': 'outgoing', 'example-app:OTHER_KEY': OTHER})
  })

  it('calls a token dead only when Heroku refuses it, and one that works and is not listed foreign', async function () {
    const uuid = '5a5a5a5a-1111-4222-8333-444444444444'
    const {context, find, sandbox} = scenery([holder('example-app', {config: {HEROKU_API_TOKEN: uuid, HEROKU_APP_ID: uuid, OLD: sampleToken('gone'), STRIPE_API_KEY: uuid}})])
    const foreign = sandbox.world.createAuthorization({description: 'made meanwhile'}).token
    sandbox.world.setConfig('example-app', {NEWER: foreign})
    sandbox.world.switches.listEventuallyConsistent = 60_000
    expect(told(await find())).to.deep.equal({
      'example-app:HEROKU_API_KEY': 'outgoing', 'example-app:HEROKU_API_TOKEN': 'dead', 'example-app:NEWER': 'foreign', 'example-app:OLD': 'dead',
    })
    expect(context.filter.clean(foreign)).to.equal('[secret]')
  })

  it('sends no value to Heroku as a token whose key does not say that it is one', async function () {
    const uuid = '5a5a5a5a-1111-4222-8333-444444444444'
    const {find, sandbox} = scenery([holder('example-app', {config: {HEROKU_OAUTH_SECRET: uuid, HEROKU_SLUG_ID: uuid, STRIPE_API_KEY: uuid}})])
    await find()
    expect(sandbox.log.filter(({as}) => as === 'nobody')).to.deep.equal([])
  })

  it('finds a token within a longer value', async function () {
    const {find, sandbox} = scenery([holder('example-app')])
    const token = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    sandbox.world.setConfig('example-app', {REMOTE: `https://:${token}@git.heroku.com/example-app.git`})
    const found = await find()
    expect(told(found)).to.deep.equal({'example-app:HEROKU_API_KEY': 'outgoing', 'example-app:REMOTE': 'outgoing, within'})
    expect(holders(found)).to.deep.equal([{app: 'example-app', keys: [KEY, 'REMOTE'], name: 'example-app'}])
  })

  it('reads what Heroku CI and review apps are given too', async function () {
    const {find, sandbox} = scenery([holder('example-app')], {pipelines: [{config: {review: {[KEY]: 'nothing'}, test: {}}, name: 'example-pipeline'}]})
    sandbox.world.pipelines[0]?.changeConfig('test', {[KEY]: sandbox.world.authorization(CREDENTIAL)?.token ?? ''})
    const found = await find()
    expect(told(found)).to.include({'example-pipeline/test:HEROKU_API_KEY': 'outgoing'})
    expect(found.pipelines).to.equal(1)
  })

  it('names what cannot be read, and why', async function () {
    const {find} = scenery([
      holder('example-app'), {access: 'view', name: 'closed-app'}, {name: 'paranoid-app', twoFactor: true},
      {config: {SECRET_KEY: 'value'}, masked: ['SECRET_KEY'], name: 'masked-app'},
    ])
    const found = await find()
    expect(found.unread).to.deep.equal([
      {keys: [], name: 'closed-app', why: 'you may not read it'},
      {keys: ['SECRET_KEY'], name: 'masked-app', why: 'write-only'},
      {keys: [], name: 'paranoid-app', why: 'needs a two-factor code'},
    ])
    expect(discoverResult(found, 1, null)).to.include({complete: false})
  })

  it('fails where an app cannot be asked, instead of leaving it out', async function () {
    const {find, sandbox} = scenery([holder('example-app'), holder('example-console')])
    sandbox.faults.armRaw(({path}) => (path === '/apps/example-console/config-vars' ? {body: '{"id":"internal_server_error"}', status: 500} : undefined))
    expect(await errorOf(Error, find())).to.have.property('status', 500)
  })

  describe('where Heroku shows too little to tell two tokens apart', function () {
    const alike = {...both, sharedPrefix: true, switches: {redactSuffix: false}}
    const apps = [holder('example-app'), {config: {[KEY]: tokenOf(OTHER)}, name: 'example-console'}]

    it('does not guess', async function () {
      const {find} = scenery(apps, alike)
      expect(told(await find())).to.deep.equal({'example-app:HEROKU_API_KEY': 'unclear', 'example-console:HEROKU_API_KEY': 'unclear'})
    })

    it('takes what a read as each token tells: its scope', async function () {
      const {find} = scenery(apps, {
        ...alike, authorizations: [{description: CREDENTIAL, scope: ['write-protected']}, {description: OTHER, scope: ['identity', 'read']}],
      })
      expect(told(await find())).to.deep.equal({'example-app:HEROKU_API_KEY': 'outgoing', 'example-console:HEROKU_API_KEY': OTHER})
    })

    it('takes a dead one for dead, however much it looks like the outgoing one', async function () {
      const {find, sandbox} = scenery([holder('example-app')], {...alike, authorizations: [{description: CREDENTIAL, scope: ['identity']}]})
      const token = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      sandbox.world.setConfig('example-app', {OLD: `${token.slice(0, 30)}${sampleToken('gone').slice(30)}`})
      expect(told(await find())).to.deep.equal({'example-app:HEROKU_API_KEY': 'outgoing', 'example-app:OLD': 'dead'})
    })

    it('asks which one it is, by where it is held', async function () {
      const {find, sandbox} = scenery(apps, alike)
      const asked: string[] = []
      const found = await find({
        async ask(_, candidates) {
          asked.push(...candidates.flatMap(({places}) => places))
          return candidates.find(({places}) => places.includes(`example-app:${KEY}`))?.fingerprint ?? ''
        },
      })
      expect(asked).to.have.members([`example-app:${KEY}`, `example-console:${KEY}`])
      // It may be the token of the CLI's own login.
      expect(told(found)).to.deep.equal({'example-app:HEROKU_API_KEY': 'outgoing', 'example-console:HEROKU_API_KEY': 'unclear'})
      expect(alive(sandbox)).to.have.length(2)
    })

    it('takes what came in on stdin, and refuses what cannot be it', async function () {
      const {find, sandbox} = scenery(apps, alike)
      const given = new Secret(sandbox.world.authorization(CREDENTIAL)?.token ?? '')
      expect(told(await find({given}))).to.include({'example-app:HEROKU_API_KEY': 'outgoing'})
      const error = await errorOf(RotationError, find({given: new Secret('something-else')}))
      expect(error).to.include({code: 'ROTATE_NOT_THE_TOKEN', exit: 'failed'})
      expect(everythingIn(error)).not.to.include('something-else')
    })
  })

  describe('in an account of 1,000 apps', function () {
    this.timeout(60_000)
    const apps = 1000

    for (const pageMax of [1000, 200]) {
      it(`finds exactly the 37 that hold it, in the time that their number and the latency take (pages of ${pageMax})`, async function () {
        const {held, options, specs} = largeAccount({apps, holders: 37, others: 2, unreadable: 3})
        const {clock, context, find, sandbox} = scenery(specs, {...options, latencyMs: 100, switches: {pageMax}})
        const started = clock.now()
        const found = await find()
        const tookMs = clock.now() - started
        expect(new Map(holders(found).map(({app, keys}) => [app, keys.join(',')]))).to.deep.equal(held)
        expect(held.size).to.equal(37)
        expect(new Set(held.values()).size).to.equal(4)
        expect(Object.values(told(found)).filter(what => what === OTHER)).to.have.length(2)
        expect(found.unread).to.have.length(3)
        expect(tookMs).to.be.at.most(1.25 * (apps / request.concurrency) * 100)
        expect(context.api.calls).to.equal(sandbox.log.length).and.to.be.at.most(apps + 12)
        expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
      })
    }
  })
})
