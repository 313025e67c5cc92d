import {addressSchema, consumer, type Placed} from '../../consumers/registry.js'
import {flag, heroku, type Next, refused, todo} from '../../errors.js'

const DEFAULT_KEY = 'HEROKU_API_KEY'
const CANARY_WAVE = 0
const EXAMPLE = ['authorizations:rotate', '--description', 'example-token'] as const
const WAVE = 1

type Given = {
  app?: readonly string[] | undefined
  canary?: readonly string[] | undefined
  github?: readonly string[] | undefined
  infisical?: string | undefined
}

export function consumersFrom({app = [], canary = [], github = [], infisical}: Given): Placed[] {
  const store = infisical === undefined ? [] : [infisicalStore(infisical)]
  return [
    ...store,
    ...canary.map(text => herokuConfig(text, CANARY_WAVE, 'canary')),
    ...app.map(text => herokuConfig(text, WAVE, 'app')),
    ...github.map(text => githubSecret(text)),
  ]
}

/** Refuses a place that is named twice: two entries would be two writes and two restarts. */
export function refuseTwice(placed: readonly Placed[], inFile: readonly Placed[] = []): void {
  const ids = new Set<string>(inFile.map(({address}) => consumer(address).id))
  for (const {address} of placed) {
    const {id} = consumer(address)
    if (ids.has(id)) {
      const name = id.slice(id.indexOf(':') + 1)
      throw refused('ROTATE_TWICE', `${name} is named twice; its keys are written together, so name it once.`, once(id, placed, inFile))
    }

    ids.add(id)
  }
}

function once(id: string, placed: readonly Placed[], inFile: readonly Placed[]): Next {
  const entries = [...inFile, ...placed].map(({address, wave}) => ({...consumer(address), kind: address.kind, wave})).filter(entry => entry.id === id)
  const keys = [...new Set(entries.flatMap(entry => entry.keys))].join(',')
  const [first] = entries
  if (inFile.some(({address}) => consumer(address).id === id)) return todo(`Name ${id} once, with ${keys}, in the rotation file.`)
  if (first?.kind !== 'heroku-config') return todo(`Name ${id} (${keys}) once.`)
  return flag(first.wave === CANARY_WAVE ? '--canary' : '--app', `${id.slice(id.indexOf(':') + 1)}:${keys}`)
}

function herokuConfig(text: string, wave: number, option: string): Placed {
  const [app, keyList] = split(text)
  const keys = keyList === undefined ? [DEFAULT_KEY] : keyList.split(',')
  if (!/^[a-z\d][a-z\d-]*$/i.test(app)) {
    const what = app === '' ? 'the name of the app is missing' : `${app} is not the name of an app`
    throw refused('ROTATE_APP', `--${option} ${text}: ${what}.`, [heroku('apps', '--all'), heroku(...EXAMPLE, `--${option}`, 'example-app:HEROKU_API_KEY')])
  }

  const wrong = keys.find(key => !/^[^\s=\p{Cc}]+$/u.test(key))
  if (wrong !== undefined) {
    const what = wrong === '' ? 'a key is empty' : `${wrong} is not the name of a config var`
    throw refused('ROTATE_KEY', `--${option} ${text}: ${what}; no space and no = is in one.`, flag(`--${option}`, `${app}:HEROKU_API_KEY`))
  }

  return {address: addressSchema.parse({app, keys: [...new Set(keys)], kind: 'heroku-config'}), role: 'consumer', wave}
}

function githubSecret(text: string): Placed {
  const [repository, secret = DEFAULT_KEY] = split(text)
  const parsed = addressSchema.safeParse({kind: 'github-secret', repository, secret})
  if (parsed.success && /^[\w.-]+\/[\w.-]+$/.test(repository)) return {address: parsed.data, role: 'consumer', wave: WAVE}
  throw refused('ROTATE_GITHUB', `--github ${text} is not a repository and, after a colon, the name of a secret.`, heroku(...EXAMPLE, '--github', 'example/example-app:HEROKU_API_KEY'), 'usage')
}

function infisicalStore(text: string): Placed {
  const [place, secret = DEFAULT_KEY] = split(text)
  const [project = '', environment = '', ...path] = place.split('/')
  const parsed = addressSchema.safeParse({environment, kind: 'infisical', path: `/${path.join('/')}`, project, secret})
  if (parsed.success && project !== '' && environment !== '') return {address: parsed.data, role: 'store', wave: 0}
  const what = 'is not a project, an environment and, if need be, a path and a secret'
  throw refused('ROTATE_INFISICAL', `--infisical ${text} ${what}.`, heroku(...EXAMPLE, '--infisical', '01234567-89ab-cdef-0123-456789abcdef/prod:HEROKU_API_KEY'))
}

function split(text: string): [string, string | undefined] {
  const colon = text.indexOf(':')
  return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
}
