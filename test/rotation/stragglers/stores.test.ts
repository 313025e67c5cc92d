import {expect} from 'chai'

import type {Fetch, Run} from '../../../src/lib/ports.js'
import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {addressSchema, type Placed} from '../../../src/lib/consumers/registry.js'
import {RotationError} from '../../../src/lib/errors.js'
import {stylesFor} from '../../../src/lib/output/styles.js'
import {summary} from '../../../src/lib/output/summary.js'
import {FoundStragglers} from '../../../src/lib/rotation/guards/stragglers.js'
import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {createInfisical, type InfisicalOptions} from '../../sandbox/infisical/infisical.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, holder, KEY, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const LOOKING: Request['looking'] = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'}

type Setting = Pick<InfisicalOptions, 'switches'> & {
  copies?(token: string): Record<string, string>
  elsewhere?(token: string): NonNullable<InfisicalOptions['secrets']>
  login?: 'identity' | 'service token'
  /** Part of an address that no login may read. */
  refused?: string
}

describe('other secrets in the folder of a store', function () {
  const root = tempRoot()

  /** `copies` are other secrets, given the outgoing token. */
  function scenery({copies = () => ({}), elsewhere = () => [], login = 'identity', refused, switches = {}}: Setting = {}) {
    const made = scene(root(), [holder('example-app')])
    const {clock, sandbox} = made
    const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const secrets = Object.entries(copies(outgoing)).map(([key, value]) => ({key, value}))
    const infisical = createInfisical({clock, secrets: [{value: outgoing}, ...secrets, ...elsewhere(outgoing)], switches, world: sandbox.world})
    const fetch: Fetch = async (url, init) => {
      if (refused === undefined || !url.includes(refused)) return infisical.fetch(url, init)
      return new Response('{"error":"PermissionDenied","message":"You are not allowed to read"}', {status: 403})
    }

    const outside = {env: {INFISICAL_TOKEN: infisical.credentials.tokens[login]}, fetch}
    const machine = () => {
      const {context: given} = made.process()
      return {...given, outside: {...given.outside, ...outside}}
    }

    const ofApp = requestOf(['example-app'], {looking: LOOKING})
    const store = {address: {environment: 'prod', kind: 'infisical', path: '/', project: infisical.project, secret: KEY}, role: 'store', wave: 0} as const
    return {machine, folder: `infisical:${infisical.project}/prod`, infisical, request: {...ofApp, consumers: [...ofApp.consumers, store]} satisfies Request, outgoing, sandbox}
  }

  for (const [dialect, switches] of [['v4', {}], ['v3', {v4: false}]] as const) {
    it(`stop a rotation before anything is made where they hold the old token (${dialect})`, async function () {
      const {machine, folder, request, sandbox} = scenery({
        copies: token => ({GIT_URL: `https://heroku:${token}@git.heroku.com/a.git`, OTHER: 'nothing like it'}),
        switches,
      })
      const error = await errorOf(FoundStragglers, begin(machine(), request))
      expect(error.happened).to.include(`${folder}:GIT_URL`).and.not.include('OTHER')
      expect(changes(sandbox)).to.deep.equal([])
    })
  }

  it('stop it in other folders and environments of the project too, and say what to type', async function () {
    const {machine, infisical, request, sandbox} = scenery({
      elsewhere: token => [{environment: 'dev', value: token}, {key: 'COPY', path: '/deploy/web', value: `x ${token}`}, {key: 'OTHER', path: '/deploy', value: 'nothing like it'}],
    })
    const {project} = infisical
    const error = await errorOf(FoundStragglers, begin(machine(), request))
    expect(error.happened).to.equal(`2 more places use this token and would stop working: infisical:${project}/dev:${KEY}, infisical:${project}/prod/deploy/web:COPY.`)
    expect(error.stragglers.map(({include}) => include)).to.deep.equal(['dev, path: /', 'prod, path: /deploy/web'].map(where => `kind: infisical, project: ${project}, environment: ${where}`))
    expect(changes(sandbox)).to.deep.equal([])
    const [app, store] = request.consumers
    if (!app || !store) throw new Error('no consumers')
    const at = (changes: Record<string, string>): Placed => ({address: addressSchema.parse({...store.address, ...changes}), role: 'consumer', wave: 1})
    const whole = {...request, consumers: [...request.consumers, at({environment: 'dev'}), at({path: '/deploy/web', secret: 'COPY'})]}
    await carryOut(await begin(machine(), whole))
    expect([infisical.value({environment: 'dev'}), infisical.value({key: 'COPY', path: '/deploy/web'})?.slice(2)]).to.deep.equal(Array.from({length: 2}, () => infisical.value()))
  })

  it('are not taken for strangers where two of one folder are named', async function () {
    const {machine, infisical, request} = scenery({copies: token => ({COPY: token})})
    const copy: Placed = {address: addressSchema.parse({environment: 'prod', kind: 'infisical', project: infisical.project, secret: 'COPY'}), role: 'consumer', wave: 1}
    await carryOut(await begin(machine(), {...request, consumers: [...request.consumers, copy]}))
    expect(infisical.value({key: 'COPY'})).to.equal(infisical.value())
  })

  for (const [what, refused, told] of [
    ['environments', '/api/v1/', (project: string) => `the rest of infisical:${project}`],
    ['folders of one', 'environment=dev', (project: string) => `the folders of infisical:${project}/dev`],
  ] as const) {
    it(`are told not to be checked, and stop nothing, where the login may not list the ${what}`, async function () {
      const {machine, infisical, request, sandbox} = scenery({refused})
      const rotation = await begin(machine(), request)
      expect(rotation.plan.discovery?.unreadable.map(({name}) => name)).to.deep.equal([told(infisical.project)])
      expect(rotation.plan.warnings.join(' ')).to.include(`${told(infisical.project)} may have the old token, and nobody updates it (Infisical (`)
      await carryOut(rotation)
      expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
    })
  }

  it('are told not to be checked elsewhere where a service token reads one folder only', async function () {
    const {machine, infisical, request} = scenery({login: 'service token', switches: {scopes: [{environment: 'prod', secretPath: '/'}]}})
    const {plan} = await begin(machine(), request)
    expect(plan.discovery?.unreadable).to.deep.equal([{include: '', keys: [], name: `the rest of infisical:${infisical.project}`, why: 'the service token reads one folder only'}])
  })

  it('are let be where they are allowed to keep it', async function () {
    const {machine, folder, request, sandbox} = scenery({copies: token => ({COPY: token})})
    const allowed = {...request, looking: {...request.looking, allowed: [folder]}}
    const rotation = await begin(machine(), allowed)
    await carryOut(rotation)
    expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
  })

  it('stop the revoke where somebody copies the outgoing token there meanwhile, and say what to type', async function () {
    const {machine, folder, infisical, outgoing, request, sandbox} = scenery()
    const rotation = await begin(machine(), request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    infisical.set(outgoing, {key: 'COPY'})
    const error = await errorOf(RotationError, resume(machine()))
    expect(error.happened).to.include(`${folder}:COPY`)
    expect(error.next.join('\n')).to.include(`Name COPY of ${folder} in a rotation file`).and.include(`--allow-straggler ${folder}`).and.not.include('--pipeline')
    expect(alive(sandbox)).to.have.length(2)
  })

  it('refuse a rotation where the login cannot list them, unless that is allowed', async function () {
    const {machine, folder, request, sandbox} = scenery({switches: {noList: true}})
    const error = await errorOf(RotationError, begin(machine(), request))
    expect(error.code).to.equal('ROTATE_UNREADABLE')
    expect(error.happened).to.include(folder).and.include('does not allow your login to list the secrets of the folder')
    expect(changes(sandbox)).to.deep.equal([])
    const rotation = await begin(machine(), {...request, looking: {...request.looking, allowedUnread: [folder]}})
    await carryOut(rotation)
    expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
  })
})

describe('a secret of the same name elsewhere in a repository of GitHub', function () {
  const root = tempRoot()

  it('is on the plan and in the summary, and stops nothing', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    const {context: given} = process()
    let isSet = false
    const answerTo = (path: string) => {
      if (path.endsWith('/public-key')) return {key: 'a', key_id: '1'}
      if (/(?:actions|dependabot)\/secrets\/HEROKU_API_KEY$/.test(path)) return {updated_at: isSet ? '2026-01-15T12:00:09Z' : '2025-10-01T12:00:00Z'}
      if (path.includes('/actions/runs?')) return path.includes('status=') ? null : {total_count: 0}
      return path === 'repos/octo/app' ? {archived: false} : undefined
    }

    const run: Run = async ([, ...command]) => {
      if (command[0] === '--version') return {exitCode: 0, stderr: '', stdout: 'gh version 2.46.0 (2026-01-01)'}
      isSet ||= command[0] === 'secret'
      const answer = command[0] === 'secret' ? null : answerTo(command.find(word => word.startsWith('repos/')) ?? '')
      return answer === undefined ? {exitCode: 1, stderr: 'gh: Not Found (HTTP 404)', stdout: ''} : {exitCode: 0, stderr: '', stdout: answer ? JSON.stringify(answer) : ''}
    }

    const context = {...given, outside: {...given.outside, run: (...of: Parameters<Run>) => clock.during(run(...of))}}
    const secret = {address: {in: 'actions', kind: 'github-secret', repository: 'octo/app', secret: KEY}, role: 'consumer', wave: 1} as const
    const ofApp = requestOf(['example-app'], {looking: LOOKING})
    const rotation = await begin(context, {...ofApp, consumers: [...ofApp.consumers, secret]})
    const id = `github-secret:octo/app/dependabot:${KEY}`
    const include = `{kind: github-secret, repository: octo/app, in: dependabot, secret: ${KEY}}`
    expect(rotation.plan.warnings).to.deep.equal([`${id} may have the old token, and nobody updates it (GitHub shows no secret). To include it, add this to a rotation file: ${include}`])
    await carryOut(rotation)
    const result = resultOf(rotation.plan, rotation.state, 0, null)
    expect(result.discovery?.unreadable).to.deep.equal([{keys: [KEY], place: id, reason: 'GitHub shows no secret'}])
    const told = summary(result, null, {columns: 200, styles: stylesFor('stdout', {NO_COLOR: '1'})}).replaceAll(/\s+/g, ' ')
    expect(told).to.include(`Not checked. If they used this token, they have stopped working: ${id} (GitHub shows no secret).`)
    expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
  })
})
