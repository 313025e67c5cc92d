import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {parseDocument} from 'yaml'
import {z} from 'zod'

const folder = new URL('../../../.github/workflows/', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

const permissions = z.record(z.string(), z.enum(['read', 'write']))
const step = z.object({env: z.record(z.string(), z.string()).optional(), run: z.string().optional(), uses: z.string().optional()})
const workflowSchema = z.object({
  jobs: z.record(z.string(), z.object({environment: z.string().optional(), permissions: permissions.optional(), steps: z.array(step), 'timeout-minutes': z.number()})),
  permissions,
})

const ours = readdirSync(folder).map(name => {
  const document = parseDocument(readFileSync(new URL(name, folder), 'utf8'))
  const workflow = workflowSchema.parse(document.toJS())
  return {document, name, steps: Object.values(workflow.jobs).flatMap(({steps}) => steps), workflow}
})

for (const {document, name, steps, workflow} of ours) {
  describe(`the workflow ${name}`, function () {
    const scripts = steps.flatMap(({run}) => run ?? [])

    it('is YAML without a mistake, and its scripts are shell', function () {
      expect([...document.errors, ...document.warnings]).to.deep.equal([])
      for (const script of scripts) execFileSync('bash', ['--norc', '-n'], {env: {}, input: script})
    })

    it('pins each action by its commit, and they are GitHub\'s own', function () {
      for (const {uses} of steps) if (uses !== undefined) expect(uses).to.match(/^actions\/[\w-]+@[\da-f]{40}$/)
    })

    it('may read, and keeps no secret', function () {
      expect(workflow.permissions).to.deep.equal({contents: 'read'})
      expect(textOf(`.github/workflows/${name}`)).to.not.match(/secrets\.|pull_request_target|actions\/cache|\bcache:/)
    })

    it('puts nothing that somebody else can choose into a script', function () {
      for (const script of scripts) expect(script).to.not.include('${{')
    })
  })
}

describe('a release', function () {
  const publish = ours.find(({name}) => name === 'release.yml')?.workflow.jobs['publish']

  it('is approved, has provenance, and runs nothing of ours where npm is logged in to', function () {
    expect(publish?.environment).to.equal('npm')
    expect(ours.flatMap(({workflow}) => Object.entries(workflow.jobs)).filter(([, job]) => job.permissions?.['id-token'] === 'write').map(([name]) => name)).to.deep.equal(['publish'])
    const runs = publish?.steps.flatMap(({run}) => run ?? []) ?? []
    expect(runs.filter(run => /npm (?:publish|ci|install|run|test|pack)/.test(run))).to.deep.equal(['npm publish ./pack/*.tgz --provenance --access public --ignore-scripts'])
    expect(publish?.steps.filter(({uses}) => uses?.startsWith('actions/checkout'))).to.deep.equal([])
  })
})

describe('CI', function () {
  it('runs on Linux, macOS and Windows, with Node.js 20, 22 and 24', function () {
    const text = textOf('.github/workflows/ci.yml')
    expect(text.match(/node: \[20, 22, 24\]/g)).to.have.length(2)
    for (const system of ['ubuntu-latest', 'macos-latest', 'windows-latest']) expect(text).to.include(system)
  })
})
