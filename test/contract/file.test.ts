import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {mkdir, rename, rmdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {consumer} from '../../src/lib/consumers/registry.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {accessWith} from '../support/access.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const OTHER = 'DATABASE_URL'

type Spec = {line(value: string): string; other(value: string): string}

const formats = {
  dotenv: {line: value => `HEROKU_API_KEY=${value}\n`, other: value => `${OTHER}=${value}\n`},
  netrc: {
    line: value => `machine api.heroku.com\n  login heroku\n  password ${value}\n`,
    other: value => `machine git.example.com login ann password ${value}\n`,
  },
  shell: {line: value => `export HEROKU_API_KEY=${value}\n`, other: value => `${OTHER}=${value}\n`},
} satisfies Record<string, Spec>

const tokens = {incoming: new Secret(sampleToken('incoming of file')), outgoing: new Secret(sampleToken('held'))}

async function place(format: keyof typeof formats, holding: 'nothing' | 'something'): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'contract-'))
  const path = join(root, 'settings')
  const aside = join(root, 'aside')
  let isAside = false
  const {line, other} = formats[format]
  const others = `# settings\n${other(sampleToken('database'))}`
  await writeFile(path, others + (holding === 'something' ? line(sampleToken('held')) : ''), {mode: 0o600})
  const controller = new AbortController()
  const access = accessWith({signal: controller.signal, tokens})
  const text = () => readFileSync(isAside ? aside : path, 'utf8')
  const held = () => ['incoming of file', 'held'].map(seed => sampleToken(seed)).find(token => text().endsWith(line(token))) ?? null
  const stampOf = () => `${statSync(path, {bigint: true}).ino} ${statSync(path, {bigint: true}).mtimeNs}`
  let latest = stampOf()
  let writes = 0
  return {
    access,
    async close() {
      rmSync(root, {force: true, recursive: true})
    },
    consumer: consumer(holding === 'something' ? {kind: 'file', path} : {add: true, format, kind: 'file', path}),
    held: () => ({token: held()}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({others: text().startsWith(others) ? sampleToken('database') : null}),
    async rest() {},
    resumed: () => ({...access, resumed: true}),
    running: () => [],
    async trouble(_what, times) {
      if (times > 0) {
        await rename(path, aside)
        await mkdir(path)
      } else {
        await rmdir(path)
        await rename(aside, path)
      }

      isAside = times > 0
    },
    // Each write makes a new file of the name.
    writes() {
      const stamp = stampOf()
      if (stamp !== latest) writes++
      latest = stamp
      return writes
    },
  }
}

for (const format of ['dotenv', 'netrc', 'shell'] as const) {
  adapterContract({
    isReadable: true,
    kind: 'file',
    lasting: ['a directory of the name'],
    passing: [],
    place: holding => place(format, holding),
    where: `in the syntax of ${format}`,
  })
}
