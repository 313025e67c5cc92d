import {expect} from 'chai'
import {execa} from 'execa'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {installPlugin} from '../support/heroku-cli.js'

describe('the pack, installed by the heroku CLI', function () {
  this.timeout(60_000)

  let packages: string
  let scripts: string[]

  before('installs it', async function () {
    this.timeout(240_000)
    packages = join((await installPlugin()).dataDir, 'node_modules')
    const dist = join(packages, 'heroku-authorizations-rotate/dist')
    scripts = (await readdir(dist, {recursive: true})).filter(file => file.endsWith('.js')).map(file => join(dist, file))
  })

  it('brings no other package', async function () {
    expect((await readdir(packages)).filter(name => !name.startsWith('.'))).to.deep.equal(['heroku-authorizations-rotate'])
  })

  it('has everything that its parts load', async function () {
    const code = `for (const url of ${JSON.stringify(scripts.map(path => pathToFileURL(path).href))}) await import(url)`
    const {exitCode, stderr} = await execa(process.execPath, ['--no-deprecation', '--input-type=module', '--eval', code], {cwd: packages, extendEnv: false, reject: false})
    expect(stderr).to.equal('')
    expect(exitCode).to.equal(0)
    expect(scripts.length).to.be.greaterThan(12)
  })

  it('has nobody to report to', async function () {
    const texts = await Promise.all(scripts.map(path => readFile(path, 'utf8')))
    expect(texts.filter(text => /sentry\.io|opentelemetry/i.test(text))).to.deep.equal([])
  })

  it('runs nothing in other heroku commands but the hooks themselves', async function () {
    const hooks = scripts.filter(path => path.includes('/dist/hooks/'))
    expect(hooks).to.have.length(3)
    for (const hook of hooks) expect(await readFile(hook, 'utf8')).not.to.match(/\bimport\b|\brequire\b/)
  })
})
