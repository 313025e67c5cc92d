import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {parse} from 'yaml'
import {z} from 'zod'

import {command as adapter} from '../../../../../src/lib/consumers/command.js'
import {file} from '../../../../../src/lib/consumers/file.js'
import {manual} from '../../../../../src/lib/consumers/manual.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {runWith} from '../../../../../src/lib/system/child-process.js'
import {accessWith} from '../../../../support/access.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

const docs = (path: string) => readFile(new URL(`../../../../../docs/${path}`, import.meta.url), 'utf8')
const token = sampleToken('recipe')

/** A program that notes what it was given: arguments, stdin, and the file that an argument names. */
const stub = (directory: string) => `#!/bin/sh
printf '%s\\n' "$*" >> ${directory}/args
case "$*" in *'item get'*) echo '{"fields":[{"id":"username","value":"ann"},{"id":"credential","value":"old"}]}'; exit;; esac
for last; do :; done
case "$last" in file://*) stat -c %a "\${last#file://}" > ${directory}/mode; cat "\${last#file://}" > ${directory}/given; exit;; /dev/stdin) cat /dev/stdin > ${directory}/given; exit;; esac
cat > ${directory}/given
`

async function exampleOf(path: string, name = ''): Promise<unknown[]> {
  const blocks = (await docs(path)).split('\n\n').filter(block => block.startsWith('    - '))
  return blocks.flatMap(block => z.array(z.unknown()).parse(parse(block))).filter(one => name === '' || z.object({name: z.string()}).parse(one).name === name)
}

describe('the recipes', function () {
  const root = tempRoot()

  before('needs a shell', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no sh')
  })

  /** Runs a recipe with a stub in the place of the tool; what the tool was given. */
  async function cook(name: string, tool: string): Promise<string> {
    const bin = join(root(), 'bin')
    await mkdir(bin)
    await writeFile(join(bin, tool), stub(root()), {mode: 0o700})
    for (const [, script = '', body = ''] of (await docs('recipes.md')).matchAll(/`([\w-]+\.sh)`[^`]*(?:`chmod 700`)[^\n]*:\n\n((?: {4}.*\n|\n)+)/g)) {
      await writeFile(join(root(), script), body.replaceAll(/^ {4}/gm, ''))
      await chmod(join(root(), script), 0o700)
    }

    const [example] = await exampleOf('recipes.md', name)
    const at = adapter.locate({...adapter.address.parse(example), read: undefined}, {directory: root(), home: root()})
    const env = {PATH: [bin, process.env['PATH']].join(delimiter)}
    const access = accessWith({env, run: runWith(env)})
    expect(await adapter.write(at, new Map([[name, new Secret(token)]]), access)).to.include({wrote: true})
    expect(await readFile(join(root(), 'args'), 'utf8')).to.not.include(token)
    return readFile(join(root(), 'given'), 'utf8')
  }

  for (const [path, {address}] of [['recipes.md', adapter], ['consumers/command.md', adapter], ['consumers/file.md', file], ['consumers/manual.md', manual]] as const) {
    it(`of docs/${path} are valid consumers`, async function () {
      const examples = await exampleOf(path)
      expect(examples).to.have.length.greaterThan(0)
      for (const example of examples) address.parse(example)
    })
  }

  for (const [name, tool] of [['vault', 'vault'], ['doppler', 'doppler'], ['vercel', 'vercel'], ['circleci', 'circleci']] as const) {
    it(`give ${tool} the value on stdin`, async function () {
      expect(await cook(name, tool)).to.equal(token)
    })
  }

  it('give fly a line with the name', async function () {
    expect(await cook('fly', 'fly')).to.equal(`HEROKU_API_KEY=${token}\n`)
  })

  it('give aws a file that nobody else can read', async function () {
    expect(await cook('secretsmanager', 'aws')).to.equal(token)
    expect((await readFile(join(root(), 'mode'), 'utf8')).trim()).to.equal('600')
    const path = /file:\/\/(.*)\n/.exec(await readFile(join(root(), 'args'), 'utf8'))?.[1] ?? '/'
    expect(spawnSync('test', ['-e', path]).status).to.equal(1)
  })

  it('give kubectl a patch', async function () {
    if (spawnSync('jq', ['--version']).error) skip(this, 'jq is not installed')
    expect(JSON.parse(await cook('kubectl', 'kubectl'))).to.deep.equal({data: {HEROKU_API_KEY: Buffer.from(token).toString('base64')}})
  })

  it('give op the whole item', async function () {
    if (spawnSync('jq', ['--version']).error) skip(this, 'jq is not installed')
    expect(JSON.parse(await cook('op', 'op'))).to.deep.equal({fields: [{id: 'username', value: 'ann'}, {id: 'credential', value: token}]})
  })
})
