import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {type GitHub, startGitHub} from '../sandbox/github/github.js'
import {type Sandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {app, canary, changesIn, environmentOf, name, releasing, startExample} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const init = 'authorizations:rotate:init'
const add = 'authorizations:rotate:add'
const repository = 'example/example-app'
const space = ' '

describe('a rotation file from what is discovered', function () {
  this.timeout(60_000)
  let folder: string
  let github: GitHub
  let home: string
  let sandbox: Sandbox
  let env: Record<string, string | undefined>

  before('starts Heroku and GitHub', async function () {
    if (spawnSync('gh', ['--version']).status !== 0) skip(this, 'gh, the GitHub CLI, is not installed')
    sandbox = await startExample()
    github = await startGitHub({
      repositories: [{name: repository, secrets: [{name: 'HEROKU_API_KEY', value: tokenOf(name)}]}, {name: 'example/other', secrets: [{name: 'OTHER', value: 'something'}]}],
    })
  })

  beforeEach('makes a home with files that hold the token, and files that do not', async function () {
    home = await createHome(null)
    folder = await mkdtemp(join(tmpdir(), 'init-'))
    env = {...environmentOf(sandbox), ...await github.env(join(home, 'gh'))}
    const token = sandbox.world.authorization(name)?.token ?? ''
    await writeFile(join(home, '.zshrc'), `export EDITOR=vi\nexport HEROKU_API_KEY=${token}\n`, {mode: 0o600})
    await writeFile(join(home, '.bashrc'), 'export EDITOR=vi\n', {mode: 0o600})
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))
  after('stops them', async function () {
    await github?.close()
    await sandbox?.close()
  })

  const run = (...args: string[]) => runPlugin(args, {cwd: folder, env, home})
  const open = (...args: string[]) => pluginTerminal(args, {columns: 120, cwd: folder, env, home})
  const textIn = (file = 'rotation.yml') => readFile(join(folder, file), 'utf8')

  const byDefault = `# Where each Heroku token is used, and how often it is rotated. No token stands in this file.
# heroku authorizations:rotate:check prints the plan, heroku authorizations:rotate:add adds a consumer.

version: 1
rotations:
  ${name}:
    every: 90d # heroku authorizations:rotate:status --due tells when it is time
    # probes:   # asked after the consumers have the new token, and before the old one is revoked
    #   - {kind: http, url: https://example.com/health, expect: "status == 'ok'"}
    # notify:
    #   - {kind: webhook, url: https://hooks.example.com/rotated}
    # Consumers of one wave are written together, wave 0 before the others. Without keys, every config var that holds the token is written.
    consumers:
      - {kind: heroku-config, app: ${app}} # HEROKU_API_KEY, OTHER_KEY
      - {kind: heroku-config, app: ${canary}} # HEROKU_API_KEY
      - {kind: heroku-config, app: ${releasing}} # HEROKU_API_KEY
      - {kind: file, path: ~/.zshrc} # line 2: HEROKU_API_KEY
      # - {kind: github-secret, repository: ${repository}, secret: HEROKU_API_KEY}   # has a secret of this name, and GitHub shows no values
`

  it('has the files in which git, shells, package tools, editors and accounts of the CLI keep a token', async function () {
    const powershell = '.config/powershell/Microsoft.PowerShell_profile.ps1'
    const files = [
      powershell, '.bash_login', '.curlrc', '.git-credentials', '.gitconfig', '.pypirc', '.tcshrc', '.config/git/credentials', '.config/nushell/env.nu',
      '.config/fish/fish_variables', '.config/heroku/accounts/work', '.heroku/accounts/work', '.config/mise/config.toml', '.cursor/mcp.json', '.oh-my-zsh/custom/heroku.zsh',
    ]
    for (const file of files) {
      await mkdir(dirname(join(home, file)), {recursive: true})
      await writeFile(join(home, file), `# ${sandbox.world.authorization(name)?.token}\n`, {mode: 0o600})
    }

    const {exitCode, stderr} = await run(init, '-d', name, '--yes', '--no-github')
    expect(exitCode, stderr).to.equal(0)
    for (const file of files) expect(await textIn()).to.include(`{kind: file, path: ~/${file}}`)
  })

  it('has the apps and files that hold the token, and GitHub secrets of that name as comments, with --yes', async function () {
    const {exitCode, stderr, stdout} = await run(init, '-d', name, '--yes')
    expect(exitCode, stderr).to.equal(0)
    expect(await textIn()).to.equal(byDefault)
    expect(stdout).to.include(`Written to rotation.yml: ${app}:HEROKU_API_KEY,OTHER_KEY ${canary}:HEROKU_API_KEY ${releasing}:HEROKU_API_KEY ~/.zshrc\n`)
    expect(stdout).to.include(`Not written, because nobody can read them: ${repository}:HEROKU_API_KEY`)
    expect(stdout + stderr + await textIn()).not.to.include(sandbox.world.authorization(name)?.token ?? '?')
    const check = await run('authorizations:rotate:check', name, '--json')
    expect(check.exitCode, check.stdout).to.equal(0)
    expect(resultIn(check.stdout).consumers).to.have.length(4)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('prints one JSON document', async function () {
    const {exitCode, stderr, stdout} = await run(init, name, '--yes', '--every', '30d', '--github', `${repository}:OTHER_KEY`, '--json')
    expect([exitCode, stderr]).to.deep.equal([0, ''])
    const document = JSON.parse(stdout)
    expect(document).to.deep.include({
      added: [`${app}:HEROKU_API_KEY,OTHER_KEY`, `${canary}:HEROKU_API_KEY`, `${releasing}:HEROKU_API_KEY`, '~/.zshrc', `${repository}:OTHER_KEY`],
      every: '30d', file: 'rotation.yml', name, next: `heroku authorizations:rotate:check --file rotation.yml --description ${name}`,
      outgoing: {description: name, id: sandbox.world.authorization(name)?.id}, perhaps: [{repository, secret: 'HEROKU_API_KEY'}], unreadable: [],
    })
    expect(await textIn()).to.include('every: 30d #').and.include(`{kind: github-secret, repository: ${repository}, secret: OTHER_KEY}`)
  })

  it('asks on a terminal for the authorization, what to write, and a canary', async function () {
    const terminal = await open(init)
    await terminal.waitFor('Which authorization')
    terminal.press('\r')
    await terminal.waitFor('What is to be in rotation.yml?')
    for (const shown of [/◉ app example-app +\(HEROKU_API_KEY, OTHER_KEY\)/, /◉ file ~\/\.zshrc +\(line 2: HEROKU_API_KEY\)/, /◯ GitHub example\/example-app:HEROKU_API_KEY/]) {
      expect(terminal.screen()).to.match(shown)
    }

    // Down to the secret of GitHub, which nobody can read.
    terminal.press(`${'\u001B[B'.repeat(4)}${space}\r`)
    await terminal.waitFor(`Update ${canary} first, as a canary? (Y/n)`)
    terminal.press('\r')
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    expect(await textIn()).to.include(`{kind: heroku-config, app: ${canary}, wave: 0}`).and.include(`      - {kind: github-secret, repository: ${repository}, secret: HEROKU_API_KEY}`)
  })

  it('is written over no file without a question, and keeps what is in it', async function () {
    const before = '# ours\nversion: 1\nrotations:\n  other-token: # of others\n    every: 30d\n'
    await writeFile(join(folder, 'rotation.yml'), before)
    const terminal = await open(init, name, '--no-github')
    await terminal.waitFor('What is to be in')
    terminal.press('\r')
    await terminal.waitFor('as a canary?')
    terminal.type('n')
    await terminal.waitFor(`rotation.yml is there already. Add ${name} to it? (Y/n)`)
    terminal.type('n')
    expect((await terminal.done).exitCode).to.equal(2)
    expect(await textIn()).to.equal(before)
    const {stderr} = await runPlugin([init, name, '--yes', '--no-home'], {cwd: folder, env: environmentOf(sandbox), home})
    expect(stderr).to.include('GitHub was not searched: it needs gh with a login (gh auth login).')
    expect(await textIn()).to.match(/^# ours\nversion: 1\nrotations:\n {2}other-token: # of others\n {4}every: 30d\n {2}example-token:\n {4}every: 90d/)
    await run(init, name, '--yes', '--force')
    expect(await textIn()).to.equal(byDefault)
  })

  it('needs a name and --yes where there is no terminal', async function () {
    const unnamed = await run(init, '--yes')
    expect([unnamed.exitCode, toldError(unnamed.stderr).code]).to.deep.equal([2, 'ROTATE_WHICH'])
    const unasked = await run(init, name, '--json')
    const next = `heroku authorizations:rotate:init ${name} --json --yes`
    expect([unasked.exitCode, failureIn(unasked.stdout).error]).to.deep.equal([
      2, {code: 'ROTATE_TERMINAL', message: 'There is no terminal to ask on what to write.\nNothing was changed.', next, steps: [next]},
    ])
  })

  it('is added to, comments kept, by authorizations:rotate:add', async function () {
    await writeFile(join(folder, 'rotation.yml'), byDefault)
    const named = ['--app', 'example-worker:A,B', '--github', 'example/other:DEPLOY', '--path', '.env', '--path', join(home, '.netrc'), '--infisical', 'p1/prod']
    const {exitCode, stderr, stdout} = await run(add, ...named)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.include(`Added to ${name} in rotation.yml: p1/prod:HEROKU_API_KEY example-worker:A,B example/other:DEPLOY .env ~/.netrc\n`)
    expect(stdout).to.include(`  heroku authorizations:rotate:check --file rotation.yml --description ${name}\n`)
    const lines = [
      '      - {kind: heroku-config, app: example-worker, keys: [A, B]}',
      '      - {kind: github-secret, repository: example/other, secret: DEPLOY}',
      '      - {kind: file, path: .env}',
      '      - {kind: file, path: ~/.netrc}',
      '',
    ].join('\n')
    const store = '    store: {kind: infisical, environment: prod, path: /, project: p1, secret: HEROKU_API_KEY}\n'
    expect(await textIn()).to.equal(byDefault.replace('      # - {kind: github', `${lines}      # - {kind: github`).replace('    # probes:', `${store}    # probes:`))
    const again = await run(add, '--app', 'example-worker:A,C', '--path', '.env', '--json')
    expect(JSON.parse(again.stdout)).to.deep.include({added: ['example-worker:C'], file: 'rotation.yml', name})
  })

  it('is not added to without a consumer, a file or a credential that is in it', async function () {
    const missing = await run(add, '--app', app)
    expect([missing.exitCode, toldError(missing.stderr).next]).to.deep.equal([2, 'heroku authorizations:rotate:init'])
    await writeFile(join(folder, 'rotation.yml'), byDefault)
    const nothing = await run(add)
    expect([nothing.exitCode, toldError(nothing.stderr).code]).to.deep.equal([2, 'ROTATE_USAGE'])
    const mistyped = await run(add, '--app', app, '-d', 'example-tokn')
    expect(toldError(mistyped.stderr).message).to.include(`Did you mean ${name}?`)
  })

  it('is added to by answers on a terminal', async function () {
    await writeFile(join(folder, 'rotation.yml'), byDefault)
    const terminal = await open(add)
    await terminal.waitFor('What holds the token?')
    terminal.press('\r')
    await terminal.waitFor('APP[:KEY,…]')
    terminal.type('example-worker')
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    expect(await textIn()).to.include('- {kind: heroku-config, app: example-worker}\n')
  })
})
