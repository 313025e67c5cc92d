import {expect} from 'chai'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {RotationError} from '../../../../src/lib/errors.js'
import {githubWorkflow} from '../../../../src/lib/probes/github-workflow.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {withGh} from '../consumers/github-secret/fixture.js'

describe('a probe that runs a GitHub workflow', function () {
  this.timeout(20_000)

  const minute = 60_000
  const fixture = withGh({
    repositories: [
      {
        branches: ['release/2'],
        name: 'octo/app',
        workflows: [
          {dispatch: true, file: 'smoke.yml', queuedMs: 3000, runMs: 5000},
          {conclusion: 'failure', dispatch: true, file: 'broken.yml', runMs: 1000},
          {conclusion: 'cancelled', dispatch: true, file: 'stopped.yml', runMs: 1000},
          {dispatch: true, file: 'late.yml', listedAfterMs: 8000, runMs: 9000},
          {dispatch: true, file: 'unlisted.yml', listedAfterMs: 60 * minute, runMs: 1000},
          {dispatch: true, file: 'endless.yml', runMs: 60 * minute},
          {disabled: true, dispatch: true, file: 'disabled.yml'},
          {file: 'push.yml'},
        ],
      },
      {defaultBranch: 'trunk', name: 'octo/site', workflows: [{dispatch: true, file: 'smoke.yml', runMs: 1000}]},
    ],
  })

  const probeOf = (changes: Record<string, unknown> = {}) =>
    githubWorkflow.address.parse({kind: 'github-workflow', repository: 'octo/app', workflow: 'smoke.yml', ...changes})
  const check = (changes?: Record<string, unknown>) => githubWorkflow.check(probeOf(changes), fixture().access)
  const run = (changes?: Record<string, unknown>) => githubWorkflow.run(probeOf(changes), fixture().access)
  const runs = (repository = 'octo/app') => fixture().github.runs(repository)
  const urlOf = (id: number | undefined) => `https://github.com/octo/app/actions/runs/${id}`

  describe('before the rotation', function () {
    it('is content with a workflow that can be dispatched, and starts nothing', async function () {
      await check()
      await check({ref: 'release/2'})
      expect(runs()).to.deep.equal([])
      expect(fixture().github.log.every(({method}) => method === 'GET')).to.equal(true)
    })

    it('is content where it may not read what the workflow says', async function () {
      fixture().github.faults.armRaw(({path}) => (path.includes('/contents/') ? {body: '{"message":"Resource not accessible"}', status: 403} : undefined))
      await check({workflow: 'push.yml'})
    })

    const wrong: [string, Record<string, string>, string, RegExp][] = [
      ['there is no such workflow', {workflow: 'other.yml'}, 'ROTATE_GITHUB_NOT_FOUND', /no workflow other\.yml of octo\/app/],
      ['there is no such repository', {repository: 'octo/other'}, 'ROTATE_GITHUB_NOT_FOUND', /no workflow smoke\.yml of octo\/other/],
      ['the workflow is disabled', {workflow: 'disabled.yml'}, 'ROTATE_PROBE', /it is disabled/],
      ['the workflow cannot be dispatched', {workflow: 'push.yml'}, 'ROTATE_PROBE', /no workflow_dispatch trigger/],
      ['there is no such branch', {ref: 'elsewhere'}, 'ROTATE_PROBE', /elsewhere does not exist or does not have it/],
    ]
    for (const [what, changes, code, message] of wrong) {
      it(`says when ${what}`, async function () {
        const error = await errorOf(RotationError, check(changes))
        expect(error).to.include({code, exit: 'failed'})
        expect(error.message).to.match(message)
      })
    }

    for (const changes of [{workflow: '../x.yml'}, {workflow: '--help.yml'}, {workflow: 'deploy'}, {ref: '--json'}, {inputs: {sanity: true}}, {token: 'x'}]) {
      it(`is refused with ${JSON.stringify(changes)}`, function () {
        expect(githubWorkflow.address.safeParse({kind: 'github-workflow', repository: 'octo/app', workflow: 'smoke.yml', ...changes}).success).to.equal(false)
      })
    }
  })

  it('follows the run to its success and links it', async function () {
    const evidence = await run({inputs: {sanity: 'true'}})
    const [made, ...others] = runs()
    expect(evidence).to.equal(`run ${urlOf(made?.id)} success`)
    expect(made).to.deep.include({branch: 'main', event: 'workflow_dispatch', inputs: {sanity: 'true'}})
    expect(others).to.deep.equal([])
    expect(new Set(fixture().progress)).to.deep.equal(new Set(['', ' completed', ' in_progress', ' queued'].map(status => `run ${made?.id}${status}`)))
  })

  it('runs the workflow of a branch', async function () {
    await run({ref: 'release/2'})
    expect(runs()[0]).to.include({branch: 'release/2'})
  })

  it('runs the workflow of the default branch, whatever its name', async function () {
    await run({repository: 'octo/site'})
    expect(runs('octo/site')[0]).to.include({branch: 'trunk'})
  })

  it('finds the run among those of others', async function () {
    const {clock, github} = fixture()
    github.startRun('octo/app', 'late.yml', {event: 'workflow_dispatch'})
    await clock.advance(7000)
    github.startRun('octo/app', 'late.yml')
    // The first is not in the list before the order, and is in it after.
    const evidence = await run({workflow: 'late.yml'})
    expect(evidence).to.equal(`run ${urlOf(runs()[2]?.id)} success`)
  })

  it('takes the run from a gh that tells it', async function () {
    const {access, env, github} = fixture()
    const directory = join(access.home, 'bin')
    await mkdir(directory)
    const script = `#!/bin/sh\nPATH='${env['PATH']}'\ngh "$@" || exit\nif [ "$1 $2" = 'workflow run' ]; then echo ${urlOf(4003)}; fi\n`
    await writeFile(join(directory, 'gh'), script)
    await chmod(join(directory, 'gh'), 0o755)
    env['PATH'] = `${directory}:${env['PATH']}`
    expect(await run({workflow: 'unlisted.yml'})).to.equal(`run ${urlOf(4003)} success`)
    expect(github.log.filter(({path}) => path.endsWith('/unlisted.yml/runs'))).to.have.lengthOf(1)
  })

  for (const [workflow, conclusion] of [['broken.yml', 'failure'], ['stopped.yml', 'cancelled']] as const) {
    it(`fails, and links the run, when it ends with ${conclusion}`, async function () {
      const error = await errorOf(RotationError, run({workflow}))
      const id = runs()[0]?.id
      expect(error).to.include({code: 'ROTATE_PROBE', exit: 'incomplete', happened: `${workflow} of octo/app ended with ${conclusion} (${urlOf(id)}).`})
      expect(error.next).to.deep.equal([`gh run view ${id} --repo octo/app --log-failed`])
    })
  }

  it('fails, and links the run, when it takes too long', async function () {
    const {clock} = fixture()
    const started = clock.now()
    const error = await errorOf(RotationError, run({within: 10, workflow: 'endless.yml'}))
    expect(error).to.include({
      code: 'ROTATE_PROBE', exit: 'incomplete', happened: `endless.yml of octo/app had not ended after 10 seconds (${urlOf(runs()[0]?.id)}).`,
    })
    expect(clock.now() - started).to.equal(10_000)
  })

  it('fails when no run of it is ever listed', async function () {
    const error = await errorOf(RotationError, run({within: 5, workflow: 'unlisted.yml'}))
    expect(error).to.include({code: 'ROTATE_PROBE', exit: 'incomplete', happened: 'GitHub accepted the request to run unlisted.yml of octo/app but shows no run.'})
  })

  it('goes on when GitHub is away for a while', async function () {
    fixture().github.faults.arm({kind: '503', match: {path: /\/actions\/runs\/\d+$/}, times: 3})
    expect(await run()).to.match(/success$/)
  })

  it('does not dispatch twice when the answer was lost', async function () {
    fixture().github.faults.arm({kind: '500-after', match: {method: 'POST'}})
    expect(await errorOf(RotationError, run())).to.have.property('code', 'ROTATE_GITHUB_DOWN')
    expect(runs()).to.have.lengthOf(1)
  })

  it('ends at once when it is interrupted', async function () {
    const {access, github} = fixture()
    const controller = new AbortController()
    github.faults.armRaw(({path}) => {
      if (/\/runs\/\d+$/.test(path)) controller.abort(new Error('interrupted'))
      return undefined
    })
    const error = await failureOf(githubWorkflow.run(probeOf(), {...access, signal: controller.signal}))
    expect(error).to.have.property('message', 'interrupted')
  })
})
