import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {chmod, mkdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {isWhole} from '../matrix/whole.js'
import {startInfisical} from '../sandbox/infisical/infisical.js'
import {type Sandbox} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {app, canary, changesIn, confirmed, environmentOf, name, startExample} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const rotate = ['authorizations:rotate', '--file', 'rotation.yml', '--no-discover', '--drain', '0']

describe('a rotation file that nobody has trusted', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  beforeEach(async function () {
    home = await createHome(null)
    sandbox = await startExample()
  })

  afterEach(async function () {
    await sandbox.close()
  })

  const run = (args: string[], env: Record<string, string> = {}) => runPlugin(args, {cwd: home, env: {...environmentOf(sandbox), ...env}, home})
  const ran = () => existsSync(join(home, 'ran'))
  const write = (...entries: string[]) => writeFile(join(home, 'rotation.yml'), [
    'version: 1', 'rotations:', `  ${name}:`, '    consumers:', `      - {kind: heroku-config, app: ${canary}}`, ...entries, '',
  ].join('\n'))
  const program = ['      - {kind: command, name: vault, read: [sh, ./hook.sh], write: [sh, ./hook.sh], env: [VAULT_TOKEN], wave: 2}']
  const hook = (...lines: string[]) => writeFile(join(home, 'hook.sh'), ['echo "$@" >> ran', ...lines, ''].join('\n'))
  const digestIn = (next: readonly string[] | string) => /--trust-file ([\da-f]{64})/.exec([next].flat().join('\n'))?.[1] ?? ''

  for (const [what, args, exit] of [
    ['check', ['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover'], 0],
    ['verify', ['authorizations:rotate:verify', '--file', 'rotation.yml'], 1],
    ['rotate with --confirm', [...rotate, ...confirmed], 1],
    ['status', ['authorizations:rotate:status', '--file', 'rotation.yml'], 0],
    // Plan as check does, and begin as rotate does.
    ...(isWhole
      ? [['--dry-run', [...rotate, '--dry-run'], 0], ['create', ['authorizations:rotate:create', '--file', 'rotation.yml', ...confirmed], 1]] as const
      : []),
  ] as const) {
    it(`runs no program of it: ${what}`, async function () {
      await write(...program, '    probes:', '      - {kind: command, name: smoke, run: [sh, ./hook.sh]}', '    audit:', '      - {kind: command, run: [sh, ./hook.sh]}')
      await hook()
      const {exitCode, stderr, stdout} = await run([...args])
      expect(exitCode, stdout + stderr).to.equal(exit)
      expect(ran()).to.equal(false)
      expect(changesIn(sandbox)).to.deep.equal([])
      if (what !== 'status') expect((stdout + stderr).replaceAll(/\s+/g, ' ')).to.include('write: sh ./hook.sh (is given VAULT_TOKEN)')
    })
  }

  it('gives no login and no token to a host of its own', async function () {
    const infisical = await startInfisical({world: sandbox.world})
    await write(`    store: {kind: infisical, site: "${infisical.url}", project: ${infisical.project}, environment: prod}`)
    const {exitCode, stderr} = await run([...rotate, ...confirmed], {INFISICAL_TOKEN: infisical.credentials.tokens.identity})
    await run(['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover'], {INFISICAL_TOKEN: infisical.credentials.tokens.identity})
    await infisical.close()
    expect(exitCode).to.equal(1)
    expect(stderr).to.include(infisical.url).and.include('ROTATE_UNTRUSTED')
    expect(infisical.log).to.deep.equal([])
  })

  it('is shown in full and asked about on a terminal, remembered, and asked about again when it or a script changes', async function () {
    await write(...program)
    await hook('test "$1" = "" && cat > /dev/null', 'true')
    const ask = async (isAgreed: boolean, rows = 40) => {
      const terminal = await pluginTerminal(['authorizations:rotate:trust', 'rotation.yml'], {columns: 120, cwd: home, env: environmentOf(sandbox), home, rows})
      await terminal.waitFor('as it is?')
      const screen = terminal.screen()
      terminal.type(isAgreed ? 'y' : 'n')
      return {exitCode: (await terminal.done).exitCode, screen}
    }

    const refused = await ask(false)
    expect(refused.exitCode).to.equal(1)
    expect(refused.screen).to.include('read: sh ./hook.sh (is given VAULT_TOKEN)').and.include('write: sh ./hook.sh')
    expect(refused.screen).to.match(/covered by the trust\s+\S+\/hook\.sh\s+not covered by the trust\s+sh \(found on the PATH\)/)
    expect(ran()).to.equal(false)
    expect(refused.screen).to.not.include('Scroll up')
    const agreed = await ask(true, 8)
    expect(agreed.exitCode).to.equal(0)
    expect(agreed.screen).to.include('These are 11 lines, more than your screen has. Scroll up')
    const trusted = await run(['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover'])
    expect(ran(), trusted.stderr).to.equal(true)

    await hook('# another one')
    const changed = await run([...rotate, ...confirmed])
    expect(toldError(changed.stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect((await run(['authorizations:rotate:trust', '--list', '--json'])).stdout).to.include(join(home, 'rotation.yml'))
    expect((await run(['authorizations:rotate:trust', 'rotation.yml', '--revoke'])).stdout).to.equal('rotation.yml is no longer trusted.\n')
    expect(JSON.parse((await run(['authorizations:rotate:trust', '--list', '--json'])).stdout)).to.deep.equal({files: [], version: 1})
  })

  it('is trusted for one run by its SHA-256, wherever it is, and by no other', async function () {
    await write('    audit:', '      - {kind: command, run: [sh, ./hook.sh]}')
    await hook()
    const {error} = failureIn((await run([...rotate, ...confirmed, '--json'])).stdout)
    const digest = digestIn(error.steps)
    expect(error).to.include({code: 'ROTATE_UNTRUSTED'})
    expect(digest).to.have.length(64)
    const other = await run([...rotate, ...confirmed, '--trust-file', '0'.repeat(64)])
    expect(toldError(other.stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect(ran()).to.equal(false)
    const {exitCode, stderr} = await run([...rotate, ...confirmed, '--trust-file', digest])
    expect(exitCode, stderr).to.equal(0)
    expect(ran()).to.equal(true)
    expect(existsSync(join(home, '.local/share/heroku/authorizations-rotate/trust.json'))).to.equal(false)
  })

  it('is not that of another SHA-256, although it needs no trust', async function () {
    await write(`      - {kind: heroku-config, app: ${app}, keys: [LOOT], add: true}`)
    for (const named of [['--file', 'rotation.yml', '--description', name], [name], [name, '--no-file']]) {
      const {stderr} = await run(['authorizations:rotate', ...named, '--no-discover', '--drain', '0', ...confirmed, '--trust-file', '0'.repeat(64)])
      expect(toldError(stderr).code, named.join(' ')).to.equal(named.includes('--no-file') ? 'ROTATE_NO_CONSUMERS' : 'ROTATE_UNTRUSTED')
    }

    expect(toldError((await run(['authorizations:rotate', name, '--no-file', ...confirmed, '--trust-file', '0'.repeat(64)])).stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('needs none where it names only apps, files beside it and manual steps', async function () {
    const token = sandbox.world.authorization(name)?.token ?? ''
    await writeFile(join(home, '.env'), `HEROKU_API_KEY=${token}\n`, {mode: 0o600})
    await write('      - {kind: file, path: .env}', '      - {kind: manual, name: ops, instructions: "tell them, please"}')
    const {exitCode, stderr, stdout} = await run(['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover'])
    expect(exitCode, stderr).to.equal(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).to.include('ask a person: tell them, please').and.not.include('is not trusted')
  })

  it('needs one where a link beside it leads to a file elsewhere', async function () {
    const profile = join(await createHome(null), '.profile')
    await writeFile(profile, 'export A=b\n', {mode: 0o600})
    await symlink(profile, join(home, 'settings'))
    await write('      - {kind: file, path: settings}')
    expect(toldError((await run([...rotate, ...confirmed])).stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect(await readFile(profile, 'utf8')).to.equal('export A=b\n')
  })

  it('needs one where an audit entry would go into a hook, or through a link to a file that is not there yet', async function () {
    const elsewhere = await createHome(null)
    await mkdir(join(home, '.git/hooks'), {recursive: true})
    await symlink(join(elsewhere, '.bash_aliases'), join(home, 'audit.jsonl'))
    for (const path of ['.git/hooks/pre-commit', 'audit.jsonl']) {
      await write('    actor: "$(touch ran)"', '    audit:', `      - {kind: file, path: ${path}}`)
      expect(toldError((await run([...rotate, ...confirmed])).stderr).code, path).to.equal('ROTATE_UNTRUSTED')
    }

    expect(changesIn(sandbox)).to.deep.equal([])
    expect(existsSync(join(elsewhere, '.bash_aliases'))).to.equal(false)
  })

  it('shows in the plan, text and JSON, every program, address, file and person, and who is named', async function () {
    await writeFile(join(home, 'smoke'), '#!/bin/sh\n')
    await chmod(join(home, 'smoke'), 0o755)
    await write(
      ...program, '      - {kind: manual, name: ops, instructions: "ring the bell"}', '    actor: ceo@example.com', '    probes:', '      - {kind: http, url: "https://health.example.com/x", method: POST, headers: {x-probe: "1"}}', '      - {kind: command, name: smoke, run: [./smoke, now]}', '      - {kind: github-workflow, repository: octo/app, workflow: smoke.yml, ref: next, inputs: {sanity: "true"}}', '    audit:', '      - {kind: webhook, url: "https://evil.example.com/hook"}', '      - {kind: file, path: ./copy.jsonl}', '      - {kind: command, run: [logger, -t, rotate]}', '    notify:', '      - {kind: webhook, url: "https://chat.example.com/secret/path"}',
    )
    await hook()
    const plan = await run(['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover'])
    const text = plan.stdout.replaceAll(/\s+/g, ' ')
    for (const shown of [
      'sh ./hook.sh', 'is given VAULT_TOKEN', 'ring the bell', 'on behalf of ceo@example.com', 'ask with POST and the headers x-probe: https://health.example.com/x',
      `${join(home, 'smoke')} now`, 'start the workflow: smoke.yml of octo/app at next with sanity=true', 'covered by the trust', 'logger (found on the PATH)', 'https://evil.example.com/…', join(home, 'copy.jsonl'), 'logger -t rotate', 'https://chat.example.com/…',
    ]) expect(text).to.include(shown)
    const {actor, besides, covered, not_covered: notCovered, on_behalf_of: named} = resultIn((await run(['authorizations:rotate:check', '--file', 'rotation.yml', '--no-discover', '--json'])).stdout)
    expect({actor, named}).to.deep.equal({actor: 'operator@example.com', named: 'ceo@example.com'})
    expect(besides.map(({by}) => by)).to.deep.equal(['command:vault', 'command:vault', 'manual:ops', 'https://health.example.com/x', 'command:smoke', 'github-workflow:octo/app/smoke.yml', 'audit', 'audit', 'audit', 'notify'])
    expect(covered).to.deep.equal([join(home, 'hook.sh'), join(home, 'smoke')])
    expect(notCovered).to.deep.equal(['logger', 'sh'].map(path => ({path, reason: 'found on the PATH'})))
  })
})
