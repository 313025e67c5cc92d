import {expect} from 'chai'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {sampled} from '../matrix/whole.js'
import {type Sandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {sampleToken} from '../support/sample-token.js'
import {app, canary, changesIn, confirmed, environmentOf, name, planned, startExample} from './example-rotation.js'

const ESCAPE = '\u001B'
const evil = `evil${ESCAPE}[2J${ESCAPE}]52;c;eA==\u0007\nFAKE: done\u202E`
const hidden = /[^\P{Cc}\n]|\p{Cf}/u

describe('what a terminal would obey', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  async function open(options: Parameters<typeof startExample>[1] = {}, changes: Parameters<typeof startExample>[0] = {}) {
    home = await createHome(null)
    sandbox = await startExample(changes, options)
  }

  afterEach(async function () {
    await sandbox.close()
  })

  const run = (args: string[], env: Record<string, string> = {}) => runPlugin(args, {cwd: home, env: {...environmentOf(sandbox), ...env}, home})

  it('is shown as escapes where the platform says it: descriptions, config vars, one-off dynos', async function () {
    await open(
      {authorizations: [{description: name}, {description: evil}]},
      {[app]: {config: {HEROKU_API_KEY: tokenOf(name), OTHER_KEY: tokenOf(evil)}}, [canary]: {config: {HEROKU_API_KEY: tokenOf(name), [`KEY${ESCAPE}[1A`]: tokenOf(name)}}},
    )
    for (const args of [
      ['authorizations:rotate:status'], ['authorizations:rotate:status', '--json'], ['authorizations:rotate:discover', '--description', name],
      ['authorizations:rotate:discover', '--description', name, '--json'], ['authorizations:rotate:check', '--description', name],
      ['authorizations:rotate', '--description', name, '--dry-run', '--json'], ['authorizations:rotate:verify', '--description', name],
      ['authorizations:rotate', '--description', name, '--app', `${app}:OTHER_KEY`], ['authorizations:rotate:check', '--description', name, '--app', app],
    ]) {
      const {stderr, stdout} = await run(args)
      expect((stdout + stderr).search(hidden), `${args.join(' ')}: ${JSON.stringify(stdout + stderr)}`).to.equal(-1)
      expect(stdout + stderr, args.join(' ')).to.not.match(/^FAKE/m)
    }
  })

  it('is refused in a flag, and changes nothing', async function () {
    await open()
    // Every word is looked at by one function: test/unit/lib/cli/flags/unfit.test.ts.
    for (const args of sampled(2, [['--description', evil], [evil], [`--actor=${evil}`], ['--app', evil], ['--allow-straggler', 'a\u200Bb']])) {
      const {exitCode, stderr, stdout} = await run(['authorizations:rotate', ...planned, ...confirmed, ...args])
      expect([exitCode, stderr.includes('ROTATE_USAGE')], stderr).to.deep.equal([2, true])
      expect((stdout + stderr).search(hidden)).to.equal(-1)
    }

    expect(sandbox.log).to.deep.equal([])
  })

  it('a token that is typed where a name belongs is not repeated, and nobody is asked about it', async function () {
    await open()
    // Whatever is shaped like a token of Heroku on a command line fails the whole run, so here it is one of GitHub's.
    const token = `ghp_${sampleToken('typed').slice(5, 41).replaceAll(/\W/g, 'a')}`
    const typed = [
      ['--description', token], [token], [`--app=${token}`], ['-a', `${app}:${token}`], ['--confirm', token], ['--file', token], ['--scope', token], ['--infisical', `${token}/prod`],
    ]
    for (const args of sampled(2, typed)) {
      for (const json of [[], ['--json']]) {
        const {exitCode, stderr, stdout} = await run(['authorizations:rotate', ...args, ...json])
        expect(exitCode, stdout + stderr).to.equal(2)
        expect((stdout + stderr).replaceAll(/[\s›]+/g, ' ')).to.include('looks like a GitHub token').and.not.include(token.slice(5, 20))
      }
    }

    const uuid = '0a1b2c3d-1111-4222-8333-444455556666'
    const {stderr} = await run(['authorizations:rotate', uuid])
    expect(stderr).to.include('no authorization').and.not.include('4222-8333')
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('the session is taken out of the environment, so that no report and no program that looks there finds it', async function () {
    await open()
    const look = join(home, 'look.cjs')
    await writeFile(look, 'process.on("exit", () => require("node:fs").writeFileSync(__dirname + "/env.json", JSON.stringify(process.env)))\n')
    const {exitCode, stderr} = await run(['authorizations:rotate:check', ...planned], {NODE_OPTIONS: `--require ${look}`})
    expect(exitCode, stderr).to.equal(0)
    expect(await readFile(join(home, 'env.json'), 'utf8')).to.include('HEROKU_HOST').and.not.include(sandbox.sessionToken)
  })
})
