import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'

import type {AuthorizationSpec, Sandbox} from '../sandbox/sandbox.js'

import {sampled} from '../matrix/whole.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin, spawnPlugin} from '../support/plugin-cli.js'
import {changesIn, confirmed, environmentOf, name, planned, releasing, rotate, startExample} from './example-rotation.js'
import {failureIn} from './result-document.js'
import {toldError} from './told-error.js'

const statusSchema = z.strictObject({
  authorizations: z.array(z.strictObject({
    age: z.number().int().nonnegative().nullable(),
    description: z.string(),
    due: z.enum(['later', 'overdue', 'soon']).nullable(),
    due_in: z.number().int().nullable(),
    every: z.number().int().nullable(),
    expires_in: z.number().int().nullable(),
    id: z.uuid().nullable(),
    name: z.string(),
    newer: z.uuid().nullable(),
    rotation: z.string().nullable(),
    scope: z.array(z.string()),
  })),
  damaged: z.array(z.strictObject({happened: z.string(), next: z.array(z.string()), rotation: z.string()})),
  last: z.string().nullable(),
  next: z.string().nullable(),
  overdue: z.number().int(),
  rotations: z.array(z.object({rotation: z.string()})),
  soon: z.number().int(),
  version: z.literal(1),
})

describe('authorizations:rotate:status', function () {
  this.timeout(60_000)

  let file: string
  let home: string
  let sandbox: Sandbox

  async function begin(rotations: string[], authorizations: AuthorizationSpec[] = []) {
    home = await createHome(null)
    sandbox = await startExample({}, {authorizations: [{ageDays: 80, description: name}, ...authorizations]})
    file = join(home, 'rotation.yml')
    await writeFile(file, ['version: 1', 'rotations:', ...rotations.map(line => `  ${line}`), ''].join('\n'))
  }

  afterEach(() => sandbox.close())

  it('watches a rotation to its end, suggests nothing that would be refused, and then knows how it ended', async function () {
    home = await createHome(null)
    sandbox = await startExample({[releasing]: {releasePhaseMs: 3000}})
    const options = {env: environmentOf(sandbox), home}
    const running = spawnPlugin([...rotate, ...confirmed], options)
    await running.waitFor(/release v\d+ pending/)
    const {exitCode, stderr, stdout} = await runPlugin(['authorizations:rotate:status', '--watch', '--no-file'], options)
    expect(exitCode, stderr).to.equal(0)
    expect((await running.done).exitCode).to.equal(0)
    const [first = '', ...rest] = stdout.split(/(?=^example-token {2}rotation)/m)
    expect(first).to.match(new RegExp(`running now \\(process ${running.pid}\\): updating apps, \\d of 3 done`))
    expect(first).to.match(/^ {4}✓ example-app-staging {2}new token, v4$/m).and.match(/^ {4}\S example-console +is given the new token$|^ {4}\S example-console +new token, restarting, v4$/m)
    expect(first).to.include('The old and the new token both work.').and.not.match(/rotate:(?:resume|rollback)/)
    expect(rest.at(-1) ?? first).to.include('No rotation is open. The last rotation of example-token ended less than a minute ago (completed)')
    for (const words of [['resume'], ['rollback', '--all']]) {
      expect(toldError((await runPlugin([`authorizations:rotate:${words[0]}`, ...words.slice(1)], options)).stderr).message)
        .to.equal([
          'There is no open rotation on this machine. The last rotation of example-token ended less than a minute ago (completed);',
          'a revoked token cannot be brought back. Nothing was changed.',
        ].join(' '))
    }
  })

  const status = (...args: string[]) => runPlugin(['authorizations:rotate:status', ...args], {env: environmentOf(sandbox), home})

  it('exits with 4 when one is overdue, and says what to type', async function () {
    await begin([`${name}: {every: 30d}`, 'other-token: {every: 1y}'], [{description: 'other-token'}])
    const {exitCode, stderr, stdout} = await status('--file', file, '--due')
    expect(exitCode, stderr).to.equal(4)
    expect(stderr).to.equal('')
    expect(stdout).to.match(/^ example-token +80 days +global +never +30 days +50 days ago$/m)
    expect(stdout.indexOf(name)).to.be.lessThan(stdout.indexOf('other-token'))
    expect(stdout).to.include(`1 overdue:\n  heroku authorizations:rotate --file ${file} --description ${name}\n`)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('prints one document with --json, whatever the exit code', async function () {
    await begin([`${name}: {every: 30d}`, 'lost-token: {every: 1y}'])
    for (const [args, code] of [[['--due'], 4], [[], 0]] as const) {
      const {exitCode, stderr, stdout} = await status('--file', file, '--json', ...args)
      expect([exitCode, stderr]).to.deep.equal([code, ''])
      const {authorizations, ...counted} = statusSchema.parse(JSON.parse(stdout))
      expect(counted).to.deep.equal({damaged: [], last: null, next: 'heroku authorizations', overdue: 2, rotations: [], soon: 0, version: 1})
      expect(authorizations[0]).to.deep.include({age: null, due: 'overdue', id: null, name: 'lost-token'})
      expect(authorizations[1]).to.deep.include({due: 'overdue', every: 30, id: sandbox.world.authorization(name)?.id})
    }
  })

  it('counts with --within what becomes due in that time', async function () {
    await begin([`${name}: {every: 90d}`])
    expect((await status('--file', file, '--due')).exitCode).to.equal(0)
    expect((await status('--file', file, '--due', '--within', '1w')).exitCode).to.equal(0)
    const {exitCode, stdout} = await status('--file', file, '--due', '--within', '2w', '--json')
    expect(exitCode).to.equal(4)
    expect(statusSchema.parse(JSON.parse(stdout))).to.deep.include({next: `heroku authorizations:rotate --file ${file} --description ${name}`, overdue: 0, soon: 1})
  })

  it('offers to go on with the rotation of one that is overdue, where one is in flight', async function () {
    await begin([`${name}: {every: 30d}`])
    expect((await runPlugin(['authorizations:rotate:create', ...planned, ...confirmed], {env: environmentOf(sandbox), home})).exitCode).to.equal(0)
    const {exitCode, stdout} = await status('--file', file, '--due', '--json')
    expect(exitCode).to.equal(4)
    const {next, rotations} = statusSchema.parse(JSON.parse(stdout))
    expect(next).to.equal(`heroku authorizations:rotate:resume --rotation ${rotations[0]?.rotation}`)
  })

  it('shows every authorization without a file', async function () {
    await begin([`${name}: {every: 30d}`], [{description: 'other-token', expiresIn: 86_400 * 30, scope: ['read-protected']}])
    const {exitCode, stdout} = await status()
    expect(exitCode).to.equal(0)
    expect(stdout).to.match(/^No rotation is open\.\n\n Authorization +Age/)
    expect(stdout).to.include(name).and.match(/other-token.*read-protected/).and.to.not.include('overdue')
  })

  const nonsense: [title: string, args: string[], code: string][] = [
    ['a time that is none', ['--within', 'soon'], 'ROTATE_WITHIN'],
    ['a time without a unit', ['--within', '14', '--due'], 'ROTATE_WITHIN'],
    ['--due without a file', ['--due'], 'ROTATE_NO_CADENCE'],
    ['--within without a file', ['--within', '14d'], 'ROTATE_NO_CADENCE'],
    ['--due with a file that gives no cadence', ['--due', '--file', 'FILE'], 'ROTATE_NO_CADENCE'],
    ['a file that is not there', ['--file', '/nowhere/rotation.yml'], 'ROTATE_FILE'],
  ]
  const asJson = new Set(sampled(1, nonsense).map(([title]) => title))
  for (const [title, args, code] of nonsense) {
    it(`refuses ${title}, and asks Heroku nothing`, async function () {
      await begin([`${name}: {scope: [global]}`])
      const given = args.map(word => (word === 'FILE' ? file : word))
      const {exitCode, stderr, stdout} = await status(...given)
      expect([exitCode, stdout]).to.deep.equal([2, ''])
      expect(toldError(stderr)).to.deep.include({code})
      if (asJson.has(title)) expect(failureIn((await status(...given, '--json')).stdout)).to.have.nested.property('error.code', code)
      expect(sandbox.log).to.deep.equal([])
    })
  }
})
