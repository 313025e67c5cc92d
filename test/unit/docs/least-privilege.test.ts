import {expect} from 'chai'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {InProcess} from '../../support/in-process.js'

import {githubSecret} from '../../../src/lib/consumers/github-secret.js'
import {infisical} from '../../../src/lib/consumers/infisical.js'
import {discover} from '../../../src/lib/inventory/discover.js'
import {findDrift} from '../../../src/lib/inventory/drift.js'
import {githubWorkflow} from '../../../src/lib/probes/github-workflow.js'
import {statusOf} from '../../../src/lib/rotation/report/status.js'
import {sampled} from '../../matrix/whole.js'
import {advance, rollBack} from '../../support/one.js'
import {begin, carryOut, CREDENTIAL, found, holder, KEY, placed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'
import {addressOf, makeFixture, skipWithoutGh, valuesOf} from '../lib/consumers/github-secret/fixture.js'
import {settingWith} from '../lib/consumers/infisical/setting.js'

type Machine = {process(): InProcess}
type Feature = {apps?: Parameters<typeof scene>[1]; begin?(machine: Machine): Promise<void>; name: string; run(machine: Machine): Promise<unknown>}

/** From narrow to wide. */
const scopes = ['identity', 'read', 'write', 'read-protected', 'write-protected', 'global'] as const

const halfWay = async ({process}: Machine) => {
  await carryOut(await begin(process().context, requestOf(['example-app'])), one => advance(one, 'create'))
}

const looking = {ask: null, concurrency: 10, given: null}
const features: Feature[] = [
  {name: '`status`', run: ({process}) => statusOf(process().context, {cadences: [], file: null, within: 14})},
  {name: '`discover`', run: ({process}) => discover(process().context, {...looking, outgoing: {description: CREDENTIAL}})},
  {name: 'rotate', run: ({process}) => rotate(process().context, requestOf(['example-app']))},
  {apps: [holder('team-app', {team: 'example-team'})], name: 'rotate, with an app of a team', run: ({process}) => rotate(process().context, requestOf(['team-app']))},
  {apps: [], name: 'rotate, with a stage of a pipeline', run: ({process}) => rotate(process().context, {
    ...requestOf([]), consumers: [{address: {add: true, keys: [KEY], kind: 'pipeline-config', pipeline: 'example', stage: 'review'}, role: 'consumer', wave: 1}],
  })},
  {name: 'rotate in place', run: ({process}) => rotate(process().context, requestOf(['example-app'], {inPlace: true}))},
  {begin: halfWay, name: '`resume`', run: ({process}) => resume(process().context)},
  {begin: halfWay, name: '`rollback`', run: async ({process}) => carryOut(await found(process().context), rollBack)},
  {
    name: '`verify`, outside of a rotation',
    run: ({process}) => findDrift(process().context, {...looking, consumers: [placed('example-app')], named: {description: CREDENTIAL}, async refuseInFlight() {}}),
  },
]

const works = async (work: () => Promise<unknown>) => work().then(() => true, () => false)

/** Narrowest scopes of the session with which the feature works; each wider one works as well. */
async function narrowest({apps = [holder('example-app')], begin: start, run}: Feature): Promise<string> {
  const enough: string[] = []
  for (const scope of scopes) {
    const root = await mkdtemp(join(tmpdir(), 'least-'))
    const made = scene(root, apps, {
      authorizations: [{description: CREDENTIAL}, {description: 'session'}], pipelines: apps.length > 0 ? [] : [{name: 'example'}],
    })
    const authorization = made.sandbox.world.authorization('session')
    const machine = {process: () => made.process({session: authorization?.token ?? ''})}
    made.sandbox.world.pipelines[0]?.changeConfig('review', {[KEY]: made.sandbox.world.authorization(CREDENTIAL)?.token ?? ''})
    // What is under way was begun by the same session, which is narrow from now on.
    await start?.(machine)
    Object.assign(authorization ?? {}, {scope: [scope]})
    if (await works(() => run(machine))) enough.push(scope)
    await rm(root, {force: true, recursive: true})
  }

  return enough.map(scope => `\`${scope}\``).join(', ')
}

/** A line of the table as it has to be. */
const row = (what: string, right: string) => `| ${what} | ${right} |`

describe('the least privileges of docs/explain/security.md', function () {
  this.timeout(60_000)

  const root = tempRoot()
  let rows: string[]

  before('reads the page', async function () {
    const page = await readFile(new URL('../../../docs/explain/security.md', import.meta.url), 'utf8')
    rows = page.split('\n')
  })

  for (const feature of features) {
    it(`are what the simulated Heroku asks for: ${feature.name}`, async function () {
      expect(rows).to.include(row(feature.name, `Heroku: ${await narrowest(feature)}`))
    })
  }

  it('are what the simulated Infisical asks for', async function () {
    const enough: string[] = []
    const logins = {
      'no access': {noAccess: true}, 'to read': {readOnly: true}, 'to read a secret by its name, not to list them, and to write': {noList: true}, 'to read, list and write': {},
    }
    for (const [name, switches] of Object.entries(logins)) {
      const {access, at, give} = settingWith({switches})
      if (await works(async () => {
        await infisical.inspect(at, access())
        await give()
        await infisical.read(at, access())
      })) enough.push(name)
    }

    expect(rows).to.include(row('Infisical', `a login to the folder: ${enough[0]}`))
  })

  describe('with gh', function () {
    before('looks for gh', skipWithoutGh)

    const secret = (at: ReturnType<typeof addressOf>) => async ({access}: Awaited<ReturnType<typeof makeFixture>>) => {
      await githubSecret.inspect(at, access)
      await githubSecret.write(at, valuesOf('value-0123456789'), access)
      await githubSecret.stillRunning(at, {at: 0, release: null}, access)
    }

    const probe = githubWorkflow.address.parse({kind: 'github-workflow', repository: 'octo/app', workflow: 'smoke.yml'})
    const uses = {
      'GitHub, secret of a repository': secret(addressOf({repository: 'octo/app'})),
      'GitHub, secret of an environment': secret(addressOf({environment: 'production', repository: 'octo/app'})),
      'GitHub, secret of an organization': secret(addressOf({organization: 'octo'})),
      async 'GitHub, workflow as a probe'({access}: Awaited<ReturnType<typeof makeFixture>>) {
        await githubWorkflow.check(probe, access)
        await githubWorkflow.run(probe, access)
      },
    }
    const rights = ['none', 'read', 'write'] as const

    for (const [name, use] of sampled(2, Object.entries(uses))) {
      it(`are what the simulated GitHub asks for: ${name}`, async function () {
        const enough: string[] = []
        for (const secrets of rights) {
          for (const actions of rights) {
            const made = await makeFixture({
              organizations: [{name: 'octo', secrets: [{name: KEY, value: 'before', visibility: 'all'}]}],
              repositories: [{
                environments: ['production'], name: 'octo/app', secrets: [{name: KEY, value: 'before'}, {environment: 'production', name: KEY, value: 'before'}],
                workflows: [{dispatch: true, file: 'smoke.yml'}],
              }],
            }, join(root(), `${secrets}-${actions}`))
            Object.assign(made.github.rights, {actions, secrets})
            if (await works(() => use(made))) enough.push(`secrets: ${secrets}, Actions: ${actions}`)
            await made.github.close()
            if (enough.length > 0) break
          }

          if (enough.length > 0) break
        }

        expect(rows).to.include(row(name, enough[0] ?? 'nothing is enough'))
      })
    }
  })
})
