import {expect} from 'chai'

import {missingFiles} from '../../../../src/lib/cli/adding.js'
import {overridesFrom} from '../../../../src/lib/cli/flags/in-flight.js'
import {type PlanFlags, requestFrom as requestWith} from '../../../../src/lib/cli/request.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {realDisk} from '../../../../src/lib/system/disk.js'

const defaults = {app: ['example-app'], concurrency: 10, 'drain-timeout': 600, 'ignore-one-off': false, 'no-consumers': false, 'no-discover': false, 'outgoing-token-stdin': false, timeout: 600}

const store = {disk: realDisk(() => 'a'), paths: pathsBelow('/nowhere'), session: null}
const requestFrom = (id: string | undefined, given: PlanFlags) => requestWith(id, given, store)

async function refusal(...given: Parameters<typeof requestFrom>): Promise<RotationError> {
  try {
    await requestFrom(...given)
  } catch (error) {
    if (error instanceof RotationError) return error
    throw error
  }

  throw new Error('it was accepted')
}

describe('missingFiles', function () {
  it('are those that this machine does not have', async function () {
    expect(await missingFiles(['package.json', 'nope.txt', '~/no/such/file'])).to.deep.equal(['nope.txt', '~/no/such/file'])
  })
})

describe('requestFrom', function () {
  it('asks for what was said, and leaves open what was not', async function () {
    expect(await requestFrom(undefined, {...defaults, description: 'example-token'})).to.deep.equal({
      actor: null,
      announce: {audit: [], notify: []},
      concurrency: 10,
      consumers: [{address: {app: 'example-app', kind: 'heroku-config'}, role: 'consumer', wave: 1}],
      drain: null,
      drainTimeout: 600,
      expiresIn: undefined,
      ignoreOneOff: false,
      inPlace: false,
      looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'},
      outgoing: {description: 'example-token'},
      probes: [],
      scope: undefined,
      timeout: 600,
      untrusted: null,
    })
  })

  it('takes every flag', async function () {
    const flags = {...defaults, actor: 'somebody', concurrency: 2, drain: 0, 'drain-timeout': 5, 'expires-in': 60, 'ignore-one-off': true, timeout: 9}
    expect(await requestFrom('01234567-89ab-cdef-0123-456789abcdef', flags)).to.deep.include({
      actor: 'somebody', concurrency: 2, drain: 0, drainTimeout: 5, expiresIn: 60, ignoreOneOff: true, outgoing: {id: '01234567-89ab-cdef-0123-456789abcdef'}, timeout: 9,
    })
  })

  it('names a store and a repository as it names apps', async function () {
    const {consumers} = await requestFrom('01234567-89ab-cdef-0123-456789abcdef', {...defaults, github: ['octo/app:OTHER'], infisical: 'project-id/prod/deep/path:SECRET'})
    expect(consumers.map(({address, role}) => ({kind: address.kind, role}))).to.deep.equal([
      {kind: 'infisical', role: 'store'}, {kind: 'heroku-config', role: 'consumer'}, {kind: 'github-secret', role: 'consumer'},
    ])
    expect(consumers[0]?.address).to.deep.include({environment: 'prod', path: '/deep/path', project: 'project-id', secret: 'SECRET'})
    expect(consumers[2]?.address).to.deep.include({repository: 'octo/app', secret: 'OTHER'})
  })

  it('refuses a store or a repository that is none', async function () {
    expect(await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, github: ['octo']})).to.include({code: 'ROTATE_GITHUB', exit: 'usage'})
    expect(await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, infisical: 'project-id'})).to.include({code: 'ROTATE_INFISICAL', exit: 'usage'})
  })

  it('refuses to rotate nothing unless that is what was said', async function () {
    expect(await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, app: [], 'no-discover': true})).to.include({code: 'ROTATE_NO_CONSUMERS', exit: 'usage'})
      .and.to.have.deep.property('steps').that.deep.includes({flag: ['--app', 'example-app']})
    expect((await requestFrom('01234567-89ab-cdef-0123-456789abcdef', {...defaults, app: [], 'no-consumers': true})).consumers).to.deep.equal([])
  })

  it('looks for the consumers where none is named, for stragglers otherwise, and for nothing where that was said', async function () {
    const modeOf = async (changes: Partial<typeof defaults>) => (await requestFrom('01234567-89ab-cdef-0123-456789abcdef', {...defaults, ...changes})).looking.mode
    expect(await modeOf({app: []})).to.equal('find')
    expect(await modeOf({})).to.equal('refuse')
    expect(await modeOf({app: [], 'no-consumers': true})).to.equal('refuse')
    expect(await modeOf({'no-discover': true})).to.equal('skip')
  })

  it('takes scopes apart, spaces and empty ones left out', async function () {
    expect((await requestFrom('01234567-89ab-cdef-0123-456789abcdef', {...defaults, scope: 'read-protected, write-protected,'})).scope).to.deep.equal(['read-protected', 'write-protected'])
  })

  it('refuses scopes that Heroku does not have, and lists those that it has', async function () {
    const cases = [
      ['bogus', 'bogus'], ['read,wirte', 'wirte', 'Did you mean write? '], ['Global', 'Global', 'Did you mean global? '], ['read write', 'read write'], ['apps:*.read', 'apps:*.read'],
    ] as const
    for (const [scope, wrong, guess = ''] of cases) {
      const error = await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, scope})
      expect(error, scope).to.include({code: 'ROTATE_SCOPE', exit: 'usage', now: 'Nothing was changed.'})
      expect(error.happened).to.equal(`--scope ${wrong}: Heroku has no such scope. ${guess}There are global, identity, read, write, read-protected, write-protected.`)
    }

    for (const scope of ['global', 'identity', 'read', 'write', 'read-protected', 'write-protected']) {
      expect((await requestFrom('01234567-89ab-cdef-0123-456789abcdef', {...defaults, scope})).scope).to.deep.equal([scope])
    }
  })

  it('refuses scopes that are none', async function () {
    expect(await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, scope: 'read,globl'})).to.deep.include({next: ['--scope read,global']})
    for (const scope of ['', ' ', ',']) expect(await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, scope}), scope).to.include({code: 'ROTATE_SCOPE', exit: 'usage'})
  })

  it('refuses an authorization that is named in two ways', async function () {
    const error = await refusal('01234567-89ab-cdef-0123-456789abcdef', {...defaults, description: 'example-token'})
    expect(error).to.include({code: 'ROTATE_WHICH', exit: 'usage'})
    expect(error.next).to.deep.equal(['heroku authorizations:rotate 01234567-89ab-cdef-0123-456789abcdef'])
  })
})

describe('overridesFrom', function () {
  it('decides only what was said anew', function () {
    expect(overridesFrom({'ignore-one-off': false})).to.deep.equal({})
    expect(overridesFrom({drain: 0, 'drain-timeout': 0, 'ignore-one-off': true})).to.deep.equal({drain: 0, drainTimeout: 0, ignoreOneOff: true})
  })
})
