import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseDocument} from 'yaml'
import {z} from 'zod'

import {parseRotationFile} from '../../../src/lib/rotation-file/rotation-file.js'

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

const step = z.object({env: z.record(z.string(), z.string()).optional(), id: z.string().optional(), name: z.string().optional(), run: z.string().optional(), uses: z.string().optional()})
const workflowSchema = z.object({
  concurrency: z.object({'cancel-in-progress': z.literal(false), group: z.string()}),
  jobs: z.record(z.string(), z.object({env: z.undefined().optional(), environment: z.string(), steps: z.array(step)})),
  on: z.object({schedule: z.array(z.object({cron: z.string().regex(/^(?:\S+ ){4}\S+$/)})).min(1), workflow_dispatch: z.null()}),
})
const manifestSchema = z.object({commands: z.record(z.string(), z.object({flags: z.record(z.string(), z.unknown())}))})

describe('the workflow in docs/ci', function () {
  const document = parseDocument(textOf('docs/ci/rotate-tokens.yml'))
  const workflow = workflowSchema.parse(document.toJS())
  const scripts = Object.values(workflow.jobs).flatMap(({steps}) => steps.flatMap(({run}) => run ?? []))

  it('is YAML without a mistake', function () {
    expect([...document.errors, ...document.warnings]).to.deep.equal([])
  })

  it('types commands and flags that there are', function () {
    const {commands} = manifestSchema.parse(JSON.parse(textOf('oclif.manifest.json')))
    const typed = scripts.flatMap(script => [...script.matchAll(/\bheroku (authorizations:rotate\S*)([^\n|>]*)/g)])
    expect(typed).to.have.length.above(4)
    for (const [line, id = '', rest = ''] of typed) {
      const known = Object.keys(commands[id]?.flags ?? {})
      expect(Object.keys(commands), line).to.include(id)
      for (const [, flag = ''] of rest.matchAll(/--([a-z-]+)/g)) expect(known, line).to.include(flag)
    }
  })

  it('rotates under the id that no CLI has, and never under the one that a CLI has too', function () {
    expect(scripts.join('\n')).to.match(/\bheroku authorizations:rotate:run --file/).and.not.match(/\bheroku authorizations:rotate(?![:\w])/)
    expect(textOf('docs/guide/ci.md')).to.not.match(/\bheroku authorizations:rotate(?![:\w])/)
  })

  it('has scripts that a shell can read', function () {
    for (const script of scripts) execFileSync('bash', ['--norc', '-n'], {env: {}, input: script.replaceAll(/\$\{\{[^}]*\}\}/g, 'x')})
  })

  it('gives no token to a command line', function () {
    for (const script of scripts) expect(script).to.not.match(/\$\{\{\s*(?:secrets|github\.token)/)
  })

  it('pins each action by its commit, and each package by its version, without install scripts', function () {
    const uses = Object.values(workflow.jobs).flatMap(({steps}) => steps.flatMap(one => one.uses ?? []))
    expect(uses).to.have.length.above(4)
    for (const each of uses) expect(each).to.match(/^actions\/[\w-]+@[\da-f]{40}$/)
    const installs = scripts.filter(script => script.includes('install'))
    expect(installs).to.have.length.above(1)
    for (const script of installs) expect(script).to.match(/^npm install --global --ignore-scripts heroku@\d+\.\d+\.\d+ && heroku plugins:install heroku-authorizations-rotate@\d+\.\d+\.\d+$/)
  })

  it('gives secrets to the steps that call Heroku, and to no other', function () {
    const steps = Object.values(workflow.jobs).flatMap(each => each.steps)
    const secret = steps.filter(({env = {}}) => Object.values(env).some(value => value.includes('secrets.')))
    expect(secret).to.have.length(3)
    for (const {run = ''} of secret) expect(run).to.match(/\bheroku authorizations:rotate/)
    for (const {run = ''} of steps.filter(one => !secret.includes(one))) expect(run).to.not.match(/\bheroku authorizations/)
  })

  it('keeps the journal where no other workflow can write, and no cache', function () {
    expect(textOf('docs/ci/rotate-tokens.yml')).to.not.match(/actions\/cache|\bcache:/)
    expect(scripts.join('\n')).to.include('select(.event == "schedule" or .event == "workflow_dispatch")')
    // A run of a fork's branch of the same name is of a commit that the default branch does not have.
    expect(scripts.join('\n')).to.include('compare/$BRANCH...')
    expect(textOf('docs/ci/rotate-tokens.yml')).to.include('path: ~/.local/share/heroku/authorizations-rotate/rotations\n')
  })

  it('puts nothing that somebody else can choose into a script', function () {
    for (const script of scripts) expect(script).to.not.include('${{')
  })

  it('shows names as text on the page of the run', function () {
    const root = mkdtempSync(join(tmpdir(), 'workflow-'))
    const named = (name: string, due: string) => ({due, name})
    const status = {authorizations: [named('a\n\n# b</pre><img src=x> ![c](//d) `e`', 'overdue'), named('f', 'fresh'), named('g', 'soon')], overdue: 1, rotations: [], soon: 1}
    const script = Object.values(workflow.jobs).flatMap(({steps}) => steps).find(({id}) => id === 'status')?.run ?? ''
    try {
      writeFileSync(join(root, 'answer.json'), JSON.stringify(status))
      execFileSync('bash', ['--norc', '-e'], {cwd: root, env: {GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', PATH: process.env['PATH']}, input: `heroku() { cat answer.json; }\n${script}`})
      expect(readFileSync(join(root, 'output'), 'utf8')).to.equal('work=true\n')
      expect(readFileSync(join(root, 'summary'), 'utf8')).to.equal('<pre>\na # b&lt;/pre&gt;&lt;img src=x&gt; ![c](//d) `e`: overdue\ng: soon\n</pre>\n')
    } finally {
      rmSync(root, {recursive: true})
    }
  })

  it('asks for approval where it changes something, and nowhere cancels a rotation', function () {
    const changing = Object.entries(workflow.jobs).filter(([, {steps}]) => steps.some(({run}) => /authorizations:rotate:(?:resume|run) /.test(run ?? '')))
    expect(changing.map(([name, {environment}]) => [name, environment])).to.deep.equal([['rotate', 'heroku-rotation']])
  })

  it('has a rotation file on its page that can be read', function () {
    const page = textOf('docs/guide/ci.md')
    const file = page.slice(page.indexOf('    version: 1'), page.indexOf('`--within`')).replaceAll(/^ {4}/gm, '')
    const names = parseRotationFile(file, 'rotation.yml', '/srv/rotation.yml', '/home/me').map(({every, name}) => [name, every])
    expect(names).to.deep.equal([['example-platform-token', 90], ['ci-management-token', 90]])
  })
})
