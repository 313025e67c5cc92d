import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {chmod, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {inspect} from 'node:util'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'

import {command as adapter} from '../../../../../src/lib/consumers/command.js'
import {Interrupted, RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {runWith} from '../../../../../src/lib/system/child-process.js'
import {accessWith} from '../../../../support/access.js'
import {errorOf, failureOf} from '../../../../support/failure.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'
import {formsOf} from '../../../../support/token-forms.js'
import {until} from '../../../../support/until.js'
import {childrenNow} from '../github-secret/children.js'

const outgoing = sampleToken('outgoing')
const incoming = sampleToken('incoming')
const env: Record<string, string | undefined> = {PATH: process.env['PATH']}

const accessOf = (changes: Partial<Access> = {}) => {
  const known = changes.env ?? env
  return accessWith({env: known, run: runWith(known), ...changes})
}

const addressOf = (changes: Record<string, unknown>) => adapter.address.parse({kind: 'command', name: 'vault', ...changes})
const holding = (value: null | string) => new Map([['vault', value === null ? null : new Secret(value)]])
const everythingOf = (error: Error) => [error.message, error.stack, JSON.stringify(error), inspect(error, {depth: 9, showHidden: true})].join('\n')

describe('consumers of kind command', function () {
  const root = tempRoot()
  /** A value that is kept in a file, as some CLI would keep it somewhere else. */
  const kept = () => join(root(), 'kept')
  const keeper = (changes: Record<string, unknown> = {}) => addressOf({read: ['sh', '-c', `cat ${kept()} 2>/dev/null || true`], write: ['sh', '-c', `cat > ${kept()}`], ...changes})
  const text = () => readFile(kept(), 'utf8')

  before('needs a shell', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no sh')
  })

  it('gives the value on stdin exactly, and reads it back', async function () {
    expect(await adapter.write(keeper(), holding(incoming), accessOf())).to.deep.equal({pending: false, release: null, stamp: null, wrote: true})
    expect(await text()).to.equal(incoming)
    const values = await adapter.read(keeper(), accessOf())
    expect(new Secret(incoming).equals(values.get('vault'))).to.equal(true)
  })

  it('trims one newline at the end of what is read', async function () {
    for (const [printed, value] of [['a\n', 'a'], ['a\r\n', 'a'], ['a\n\n', 'a\n'], [' a', ' a']] as const) {
      await writeFile(kept(), printed)
      const values = await adapter.read(keeper(), accessOf())
      expect(new Secret(value).equals(values.get('vault')), JSON.stringify(printed)).to.equal(true)
    }
  })

  it('writes nothing when it holds the value already', async function () {
    await writeFile(kept(), `${incoming}\n`)
    expect(await adapter.write(keeper({write: ['false']}), holding(incoming), accessOf())).to.include({wrote: false})
  })

  it('is refused where the command to read prints a notice beside the token, which would be written too', async function () {
    const tokens = {incoming: new Secret(incoming), outgoing: new Secret(outgoing)}
    const noisy = keeper({read: ['sh', '-c', `echo "a new version is there"; cat ${kept()}`]})
    await writeFile(kept(), `${outgoing}\n`)
    const error = await errorOf(RotationError, adapter.inspect(noisy, accessOf()).then(({knowing}) => knowing?.({...tokens, incoming: null})))
    expect(error.code + error.happened).to.match(/^ROTATE_COMMANDvault: sh prints more than what is kept/)

    await writeFile(kept(), `a=${outgoing}`)
    const {remarks = []} = (await adapter.inspect(keeper(), accessOf())).knowing?.({...tokens, incoming: null}) ?? {}
    expect(remarks).to.deep.equal(['what its read command prints around the token is written with it: a label or a notice must not be there'])
    await writeFile(kept(), `  ${outgoing}\n`)
    expect((await adapter.inspect(keeper(), accessOf())).knowing?.({...tokens, incoming: null})).to.deep.equal({})
    await writeFile(kept(), `a=${outgoing}`)
    expect(await adapter.write(keeper(), holding(`a=${incoming}`), accessOf({tokens}))).to.include({wrote: true})
    await writeFile(kept(), `a=${outgoing}`)
    const late = await errorOf(RotationError, adapter.write(noisy, holding(`a new version is there\na=${incoming}`), accessOf({tokens})))
    expect(late.happened).to.include('prints more than what is kept')
  })

  const decorations = [
    ['quotes it', '"', '"'], ['colours it', String.raw`\033[32m`, String.raw`\033[0m`], ['begins with a byte order mark', String.raw`\357\273\277`, ''],
    ['has it in a table', '| ', ' |'], ['has it in a table with its head', String.raw`│ Value │\n│ `, ' │'],
  ] as const
  for (const [what, before, after] of decorations) {
    it(`is refused before anything is made where the command to read ${what}, which would be written too`, async function () {
      const noisy = keeper({read: ['sh', '-c', `printf '${before}'; cat ${kept()}; printf '${after}\\n'`]})
      await writeFile(kept(), outgoing)
      const error = await errorOf(RotationError, adapter.inspect(noisy, accessOf()).then(({knowing}) => knowing?.({incoming: null, outgoing: new Secret(outgoing)})))
      expect(error.happened).to.include('prints more than what is kept')
    })
  }

  for (const [what, before, after] of [['a label', 'HEROKU_API_KEY: ', ''], ['a table', '| ', ' |'], ['a notice', String.raw`a new version is there\n`, '']] as const) {
    it(`is left with the token alone where the command to read prints ${what} around it, in both directions`, async function () {
      const tokens = {incoming: new Secret(incoming), outgoing: new Secret(outgoing)}
      const noisy = keeper({read: ['sh', '-c', `printf '${before}'; cat ${kept()}; printf '${after}\\n'`]})
      await writeFile(kept(), outgoing)
      for (const [token, isBack] of [[incoming, false], [outgoing, true]] as const) {
        const around = `${before.replace(String.raw`\n`, '\n')}${token}${after}`
        const error = await errorOf(RotationError, adapter.write(noisy, holding(around), accessOf({isBack, tokens})))
        expect(error.happened).to.include('prints more than what is kept')
        expect(await text()).to.equal(token)
      }
    })
  }

  it('knows no value of a command that cannot be read, and says so', async function () {
    const at = addressOf({write: ['cat']})
    const {remarks, values} = await adapter.inspect(at, accessOf())
    expect([...values]).to.deep.equal([])
    expect(remarks[0]).to.include('exit code')
    expect(await adapter.write(at, holding(incoming), accessOf())).to.include({wrote: true})
  })

  it('gives the earlier value back by the command to restore, and by the one to write where there is none', async function () {
    const restored = join(root(), 'restored')
    const at = keeper({restore: ['sh', '-c', `cat > ${restored}`]})
    await adapter.write(at, holding(incoming), accessOf())
    await adapter.write(at, holding(outgoing), accessOf({isBack: true}))
    expect(await readFile(restored, 'utf8')).to.equal(outgoing)
    expect(await text()).to.equal(incoming)
    await adapter.write(keeper(), holding(outgoing), accessOf({isBack: true}))
    expect(await text()).to.equal(outgoing)
  })

  it('gives nothing back with nothing on stdin, where there is a command for that', async function () {
    const at = keeper({restore: ['sh', '-c', `test -z "$(cat)" && rm ${kept()}`]})
    const {remarks, values} = await adapter.inspect(at, accessOf())
    expect([[...values], remarks]).to.deep.equal([[['vault', null]], []])
    await adapter.write(at, holding(incoming), accessOf())
    await adapter.write(at, holding(null), accessOf({isBack: true}))
    expect(existsSync(kept())).to.equal(false)
    expect(await adapter.write(at, holding(null), accessOf({isBack: true}))).to.include({wrote: false})
  })

  it('leaves to a person what no command can give back, and says so beforehand', async function () {
    const {byPerson, warnings = []} = await adapter.inspect(keeper(), accessOf())
    expect(byPerson).to.equal(true)
    expect(warnings[0]).to.include('by hand')
    await adapter.write(keeper(), holding(incoming), accessOf())
    const error = await errorOf(RotationError, adapter.write(keeper(), holding(null), accessOf({isBack: true})))
    expect(error).to.include({code: 'ROTATE_COMMAND', exit: 'incomplete'})
    const person = {agrees: async () => null, confirms: async (task: string) => `ann of ${task}`}
    expect(await adapter.write(keeper(), holding(null), accessOf({isBack: true, person}))).to.include({stamp: 'by ann of command:vault'})
  })

  it('looks for every program before anything is done', async function () {
    for (const part of ['write', 'read', 'restore']) {
      const at = keeper({read: ['sh', '-c', `touch ${kept()}`], [part]: ['no-such-program']})
      const error = await errorOf(RotationError, adapter.inspect(at, accessOf()))
      expect(error.happened, part).to.equal('no-such-program: no such program.')
      expect(existsSync(kept())).to.equal(false)
    }
  })

  it('finds programs by their path too, if they can be run', async function () {
    const path = join(root(), 'tool')
    await writeFile(path, '#!/bin/sh\ncat > /dev/null\n')
    const at = addressOf({write: [path]})
    expect((await errorOf(RotationError, adapter.inspect(at, accessOf()))).code).to.equal('ROTATE_NO_PROGRAM')
    await chmod(path, 0o700)
    await adapter.inspect(at, accessOf({env: {}}))
    expect((await errorOf(RotationError, adapter.inspect(addressOf({write: [root()]}), accessOf()))).code).to.equal('ROTATE_NO_PROGRAM')
  })

  it('tells a program that went away', async function () {
    const error = await errorOf(RotationError, adapter.write(addressOf({write: ['no-such-program']}), holding(incoming), accessOf()))
    expect(error.code).to.equal('ROTATE_NO_PROGRAM')
  })

  it('resolves programs named by a path, and leaves arguments alone', function () {
    const where = {directory: '/work/project', home: '/home/ann'}
    const at = adapter.locate(addressOf({read: ['~/bin/read', '~/x'], restore: ['/bin/sh', './x'], write: ['./bin/write', './x']}), where)
    expect(at).to.deep.include({read: ['/home/ann/bin/read', '~/x'], restore: ['/bin/sh', './x'], write: ['/work/project/bin/write', './x']})
    expect(adapter.locate(addressOf({write: ['vault', 'a/b']}), where)).to.deep.include({write: ['vault', 'a/b']})
    expect(adapter.locate(addressOf({write: ['vault']}), where)).to.not.have.any.keys('read', 'restore')
  })

  it('tells the exit code and the command to try, and nothing of what was printed', async function () {
    const error = await errorOf(RotationError, adapter.write(addressOf({write: ['sh', '-c', 'echo denied; echo denied >&2; exit 9']}), holding(incoming), accessOf()))
    expect(error).to.include({code: 'ROTATE_COMMAND', exit: 'incomplete', happened: 'vault: sh ended with 9.'})
    expect(error.next).to.deep.equal(["What it printed is not shown, because that may hold the token. To see for yourself: sh -c 'echo denied; echo denied >&2; exit 9'"])
  })

  for (const tool of ['cat', 'od -An -tx1', 'od -An -tu1 -v', 'fold -w1', 'sed "s/./& /g"', 'base64 -w 20', 'rev', 'hexdump -C', 'tr a-z n-za-m', 'xxd -p -c 1']) {
    it(`tells nothing of a token that ${tool} printed`, async function () {
      const path = join(root(), 'printed')
      const script = `tee ${root()}/in | { ${tool}; } > ${path} 2>&1; cat ${path}; cat ${path} >&2; exit 1`
      const error = await errorOf(RotationError, adapter.write(addressOf({write: ['sh', '-c', script]}), holding(incoming), accessOf()))
      for (const line of (await readFile(path, 'utf8')).split('\n').filter(each => each.trim() !== '')) expect(everythingOf(error).includes(`1: ${line}`)).to.equal(false)
      expect(error.happened).to.equal('vault: sh ended with 1.')
      for (const form of formsOf(incoming)) expect(everythingOf(error).includes(form)).to.equal(false)
    })
  }

  it('never tells what a command to read printed', async function () {
    const at = keeper({read: ['sh', '-c', 'echo short; exit 4']})
    const error = await errorOf(RotationError, adapter.inspect(at, accessOf()))
    expect(error.happened).to.equal('vault: sh ended with 4.')
  })

  it('ends what takes too long', async function () {
    const error = await errorOf(RotationError, adapter.write(addressOf({timeout: 0.2, write: ['sleep', '60']}), holding(incoming), accessOf()))
    expect(error.happened).to.equal('vault: sleep was killed; it is given 0.2 seconds.')
  })

  it('stops when it is interrupted', async function () {
    const controller = new AbortController()
    const at = addressOf({write: ['sh', '-c', `touch ${kept()}; sleep 60`]})
    const written = failureOf(adapter.write(at, holding(incoming), accessOf({signal: controller.signal})))
    await until(() => existsSync(kept()))
    controller.abort(new Interrupted())
    expect(await written).to.be.instanceOf(Interrupted)
  })

  it('passes variables on by name, and no others', async function () {
    const at = addressOf({env: ['VAULT_ADDR', 'UNSET'], write: ['sh', '-c', `env > ${kept()}`]})
    await adapter.write(at, holding(incoming), accessOf({env: {...env, OTHER: 'other', VAULT_ADDR: 'https://vault.example.com'}}))
    expect(await text()).to.match(/^VAULT_ADDR=https:\/\/vault\.example\.com$/m).and.to.not.match(/OTHER|UNSET/)
  })

  it('passes no variable on that holds a token', async function () {
    for (const held of [outgoing, `x${incoming}`, Buffer.from(incoming).toString('base64')]) {
      const at = addressOf({env: ['LEAK'], write: ['touch', kept()]})
      const error = await errorOf(RotationError, adapter.write(at, holding(incoming), accessOf({env: {...env, LEAK: held}})))
      expect(error.code).to.equal('ROTATE_COMMAND')
      expect(everythingOf(error).includes(held)).to.equal(false)
      expect(existsSync(kept())).to.equal(false)
    }
  })

  it('shows the token on no command line and in no environment while it runs', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows command lines and environments')
    const seen = join(root(), 'seen')
    const waiting = (step: string) => `touch ${seen}.${step}; while ! test -e ${seen}.go; do sleep 0.01; done`
    const at = keeper({read: ['sh', '-c', `cat ${kept()}; ${waiting('read')}`], write: ['sh', '-c', `cat > ${kept()}; ${waiting('write')}`]})
    const samples: string[] = []
    await writeFile(kept(), outgoing)
    for (const step of ['read', 'write'] as const) {
      const access = accessOf({env: {...env, HEROKU_API_KEY: outgoing}})
      const working = step === 'read' ? adapter.read(at, access) : adapter.write({...at, read: undefined}, holding(incoming), access)
      await until(() => existsSync(`${seen}.${step}`))
      samples.push(...childrenNow())
      await writeFile(`${seen}.go`, '')
      await working
      await rm(`${seen}.go`)
    }

    expect(samples.filter(sample => sample.includes('.go')).length).to.be.greaterThan(1)
    for (const secret of [outgoing, incoming]) for (const form of formsOf(secret)) expect(samples.some(sample => sample.includes(form))).to.equal(false)
  })

  it('takes only what can be a command', function () {
    const refused = [
      {}, {write: []}, {name: 'a/b', write: ['a']}, {write: ['']}, {write: 'vault'}, {write: ['vault', incoming]}, {write: ['vault', `token=${incoming}`]}, {write: ['a\0b']},
      {name: 'a b', write: ['a']}, {name: '-a', write: ['a']},      {timeout: 0, write: ['a']}, {env: ['HEROKU_API_KEY'], write: ['a']}, {env: ['A=1'], write: ['a']}, {shell: true, write: ['a']},
    ]
    for (const changes of refused) expect(adapter.address.safeParse({kind: 'command', name: 'vault', ...changes}).success, inspect(changes)).to.equal(false)
    expect(adapter.id(addressOf({write: ['a']}))).to.equal('command:vault')
    expect(adapter.keys(addressOf({write: ['a']}))).to.deep.equal(['vault'])
  })
})
