import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {mkdir, rename, rmdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {consumer} from '../../src/lib/consumers/registry.js'
import {accessWith} from '../support/access.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Place} from './adapters.js'

const KEY = 'HEROKU_API_KEY'
const OTHER = 'DATABASE_URL'

const MACHINE = 'api.heroku.com'

type Spec = {isFound: (key: string) => RegExp; key: string; line: (value: string) => string; other: string}

const formats = {
  dotenv: {isFound: key => new RegExp(`^${key}=(.*)$`, 'm'), key: KEY, line: value => `${KEY}=${value}\n`, other: OTHER},
  netrc: {
    isFound: machine => new RegExp(`^machine ${machine} login \\S+ password (\\S+)$`, 'm'),
    key: MACHINE,
    line: value => `machine ${MACHINE} login ann@example.com password ${value}\n`,
    other: 'git.example.com',
  },
  shell: {isFound: key => new RegExp(`^(?:export )?${key}=(.*)$`, 'm'), key: KEY, line: value => `export ${KEY}=${value}\n`, other: OTHER},
} satisfies Record<string, Spec>

async function place(format: keyof typeof formats, holding: 'nothing' | 'something'): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'contract-'))
  const path = join(root, 'settings')
  const aside = join(root, 'aside')
  let isAside = false
  const {isFound, key, line, other} = formats[format]
  const others = `# settings\n${format === 'netrc' ? `machine ${other} login ann password ${sampleToken('database')}` : `${other}=${sampleToken('database')}`}\n`
  await writeFile(path, others + (holding === 'something' ? line(sampleToken('held')) : ''), {mode: 0o600})
  const controller = new AbortController()
  const access = accessWith({signal: controller.signal})
  const text = () => readFileSync(isAside ? aside : path, 'utf8')
  const found = (name: string) => isFound(name).exec(text())?.[1] ?? null
  const stampOf = () => `${statSync(path, {bigint: true}).ino} ${statSync(path, {bigint: true}).mtimeNs}`
  let latest = stampOf()
  let writes = 0
  return {
    access,
    async close() {
      rmSync(root, {force: true, recursive: true})
    },
    consumer: consumer({format, kind: 'file', path}),
    held: () => ({[key]: found(key)}),
    interrupt: () => controller.abort(new Error('interrupted')),
    others: () => ({[other]: found(other)}),
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
    // A machine is not added to a netrc: its login is not known.
    ...(format === 'netrc' ? {holdings: ['something']} : {}),
    isReadable: true,
    kind: 'file',
    lasting: ['a directory of the name'],
    passing: [],
    place: holding => place(format, holding),
    where: `of the format ${format}`,
  })
}
