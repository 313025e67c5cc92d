/* Where the id is claimed, and what is said where that fails, on each CLI that people have. `npm run test:all` runs this. */
import {expect} from 'chai'
import {execa} from 'execa'
import {mkdtempSync, rmSync} from 'node:fs'
import {readFile, realpath, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {isWhole} from '../matrix/whole.js'
import {type Sandbox} from '../sandbox/sandbox.js'
import {runCli} from '../support/cli-process.js'
import {createHome, environmentOfNpm, logIn, heroku as newest, packPlugin} from '../support/heroku-cli.js'
import {installOlderCli, olderVersions} from '../support/installed-cli.js'
import {environmentOf, name, planned, startExample} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {onOneLine} from './told-error.js'

const id = 'authorizations:rotate'
const plugin = 'heroku-authorizations-rotate'

const clis = isWhole ? [...olderVersions, null] : []

for (const version of clis) {
  describe(`the heroku CLI ${version ?? 'that is the newest'}`, function () {
    this.timeout(400_000)

    let bin: readonly string[]
    let home: string
    let pack: string
    let sandbox: Sandbox
    let work: string

    before('installs it, and the packed plugin into it', async function () {
      this.timeout(600_000)
      work = mkdtempSync(join(tmpdir(), 'older-cli-'))
      bin = version === null ? newest : ['--no-deprecation', await installOlderCli(version)]
      pack = await packPlugin(work)
      home = await createHome(null)
      await succeeds(home, ['plugins:install', `file://${pack}`], await environmentOfNpm())
    })

    after(() => rmSync(work, {force: true, recursive: true}))

    beforeEach(async function () {
      sandbox = await startExample()
    })

    afterEach(() => sandbox.close())

    const heroku = (inHome: string, args: readonly string[], env: Record<string, string | undefined> = {}) =>
      runCli([...bin, ...args], {env, home: inHome, timeout: 180_000})

    /** Logged in, since heroku 10.17 lets the git that it starts inherit HEROKU_API_KEY. */
    async function onSandbox(inHome: string, args: readonly string[]) {
      const {HEROKU_API_KEY: token, ...env} = environmentOf(sandbox)
      await logIn(inHome, sandbox.url, {email: 'operator@example.com', token})
      return heroku(inHome, args, env)
    }

    async function succeeds(inHome: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
      const {exitCode, stderr, stdout} = await heroku(inHome, args, env)
      expect(exitCode, `${stdout}${stderr}`).to.equal(0)
      return stdout
    }

    it('says that the id is the plugin\'s, and shows its help', async function () {
      expect(await succeeds(home, ['which', id])).to.include(`plugin: ${plugin}`)
      for (const args of [[id, '--help'], ['help', id]]) {
        expect(await succeeds(home, args)).to.include('--dry-run').and.include(`$ heroku ${id} --description`).and.not.include('updates an OAuth')
      }

      expect(await succeeds(home, [`${id}:run`, '--help'])).to.include('--dry-run').and.include(`$ heroku ${id}:run --description`)
    })

    it('leaves other commands as they are', async function () {
      const without = await createHome(null)
      for (const args of [['authorizations:create', '--help'], ['help', 'authorizations:revoke']]) {
        expect(await succeeds(home, args)).to.equal(await succeeds(without, args))
      }
    })

    for (const typed of [id, `${id}:run`]) {
      it(`rotates with ${typed}`, async function () {
        const {exitCode, stderr, stdout} = await onSandbox(home, [typed, ...planned, '--confirm', name, '--json'])
        expect(exitCode, stderr).to.equal(0)
        expect(resultIn(stdout)).to.include({status: 'completed'})
        expect(sandbox.world.violations).to.deep.equal([])
        expect(stdout + stderr).to.not.match(/HRKU-[\w-]{20,}/)
      })
    }

    it('stops before the revoke, and is rolled back', async function () {
      const outgoing = sandbox.world.authorization(name)?.id
      const stopped = await onSandbox(home, [id, ...planned, '--confirm', name, '--no-revoke', '--json'])
      expect(stopped.exitCode, stopped.stderr).to.equal(0)
      const back = await onSandbox(home, [`${id}:rollback`, '--confirm', name, '--json'])
      expect(back.exitCode, back.stderr).to.equal(0)
      expect(resultIn(back.stdout)).to.include({status: 'rolled-back'})
      expect(sandbox.world.violations).to.deep.equal([])
      expect(sandbox.world.authorization(name)?.id).to.equal(outgoing)
    })

    it('refuses the CLI\'s own command where the claim has failed, and everything else goes on with a warning', async function () {
      const broken = await createHome(null)
      await succeeds(broken, ['plugins:install', `file://${pack}`], await environmentOfNpm())
      const hook = await realpath(join(broken, '.local/share/heroku/node_modules', plugin, 'dist/hooks/claim-command.js'))
      await writeFile(hook, 'export default async function () { throw new Error("as oclif swallows it") }\n')
      const outgoing = sandbox.world.authorization(name)?.id ?? ''

      const refused = await onSandbox(broken, [id, outgoing])
      const told = onOneLine(refused.stderr.replaceAll('›', ' '))
      expect([refused.exitCode, refused.stdout], refused.stderr).to.deep.equal([2, ''])
      expect(told).to.include(`${id} is a command of heroku`).and.include('Nothing was changed.').and.include(`heroku ${id}:run`)
      expect(sandbox.log).to.deep.equal([])

      const warned = await onSandbox(broken, [`${id}:status`, '--json'])
      expect(warned.exitCode, warned.stderr).to.equal(0)
      expect(onOneLine(warned.stderr.replaceAll('›', ' '))).to.include(`${id} is a command of heroku`)
      expect(JSON.parse(warned.stdout)).to.have.property('authorizations')

      const {stdout} = await onSandbox(broken, [`${id}:run`, ...planned, '--dry-run', '--json'])
      expect(resultIn(stdout)).to.include({next: `heroku ${id}:run ${planned.join(' ')}`, status: 'planned'})
    })

    it('goes on after an update, and gives the id back when the plugin is uninstalled', async function () {
      const shortLived = await createHome(null)
      const env = await environmentOfNpm()
      await succeeds(shortLived, ['plugins:install', `file://${pack}`], env)
      await succeeds(shortLived, ['plugins:install', `file://${pack}`], env)
      await succeeds(shortLived, ['plugins:update'], env)
      expect(await succeeds(shortLived, ['which', id])).to.include(`plugin: ${plugin}`)
      await succeeds(shortLived, ['plugins:uninstall', plugin], env)
      expect(await succeeds(shortLived, ['which', id])).to.match(/plugin: heroku$/m)
      expect((await heroku(shortLived, [`${id}:run`])).stderr).to.include('is not a heroku command')
    })

    it('claims for a linked plugin, and gives the id back when it is unlinked', async function () {
      const linked = await createHome(null)
      await execa('tar', ['-xzf', pack, '-C', work])
      const folder = join(work, 'package')
      // oclif 2 installs what a linked plugin needs to be built, with yarn: nothing, here.
      const pjson = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
      await writeFile(join(folder, 'package.json'), JSON.stringify({...pjson, devDependencies: {}, scripts: {}}))
      const env = await environmentOfNpm()
      await succeeds(linked, ['plugins:link', folder], env)
      expect(await succeeds(linked, ['which', id])).to.include(`plugin: ${plugin}`)
      expect(failureIn((await heroku(linked, [id, '--json'])).stdout)).to.have.nested.property('error.code', 'ROTATE_NO_SESSION')
      await succeeds(linked, ['plugins:uninstall', plugin], env)
      expect(await succeeds(linked, ['which', id])).to.match(/plugin: heroku$/m)
    })
  })
}
