import type {InferredFlags} from '@oclif/core/interfaces'
import {flags} from '@heroku-cli/command'
import {addressSchema, consumer, DEFAULT_WAVE, placed, type Placed} from '../../consumers/registry.js'
import {flag, heroku, type Next, refused, todo} from '../../errors.js'
import {nearest} from '../../text/nearest.js'
import {apps, pipelines} from './completions.js'

const USES = 'WHERE IT IS USED'
const DEFAULT_KEY = 'HEROKU_API_KEY'
const CANARY_WAVE = 0

export const consumerFlags = {
  app: flags.string({char: 'a', completion: apps, description: 'app that uses the token, in all its config vars or those of KEY', helpGroup: USES, helpValue: 'APP[:KEY,…]', multiple: true}),
  canary: flags.string({completion: apps, description: 'app to update first; the rest wait until it runs with the new token', helpGroup: USES, helpValue: 'APP[:KEY,…]', multiple: true}),
  github: flags.string({description: 'GitHub Actions secret that has the token (default HEROKU_API_KEY)', helpGroup: USES, helpValue: 'OWNER/REPO[:SECRET]', multiple: true}),
  infisical: flags.string({description: 'Infisical secret that has the token; it is updated first (default HEROKU_API_KEY)', helpGroup: USES, helpValue: 'PROJECT_ID/ENV[/PATH][:SECRET]'}),
  pipeline: flags.string({
    completion: pipelines,
    description: 'pipeline whose review or test config vars use the token, all or those of KEY',
    helpGroup: USES,
    helpValue: 'PIPELINE/STAGE[:KEY,…]',
    multiple: true,
  }),
}

export const meantFlags = {
  add: flags.string({description: 'config var that is not set and gets the token for the first time', helpGroup: USES, helpValue: 'APP:KEY', multiple: true}),
  overwrite: flags.string({description: 'config var that has something else, which the token overwrites', helpGroup: USES, helpValue: 'APP:KEY', multiple: true}),
}

type Meant = Partial<InferredFlags<typeof meantFlags>>

export type Given = Partial<InferredFlags<typeof consumerFlags>>

/** The words of the command line that name the consumers. */
export function wordsOf({app = [], canary = [], github = [], infisical, pipeline = []}: Given): string[] {
  return [
    ...(infisical === undefined ? [] : ['--infisical', infisical]),
    ...Object.entries({canary, app, pipeline, github}).flatMap(([name, texts]) => texts.flatMap(text => [`--${name}`, text])),
  ]
}

export function consumersFrom({app = [], canary = [], github = [], infisical, pipeline = []}: Given): Placed[] {
  const store = infisical === undefined ? [] : [infisicalStore(infisical)]
  return [
    ...store,
    ...canary.map(text => herokuConfig(text, CANARY_WAVE, 'canary')),
    ...app.map(text => herokuConfig(text, DEFAULT_WAVE, 'app')),
    ...pipeline.map(text => pipelineConfig(text)),
    ...github.map(text => githubSecret(text)),
  ]
}

/** Says of consumers, named here or in the rotation file, what `--add` and `--overwrite` say; others become consumers. */
export function withMeant(consumers: readonly Placed[], {add = [], overwrite = []}: Meant): Placed[] {
  let all = [...consumers]
  for (const [field, texts] of Object.entries({add, overwrite})) {
    for (const text of texts) all = withOne(all, field, text)
  }

  return all
}

function withOne(consumers: readonly Placed[], field: string, text: string): Placed[] {
  const isStore = ({address}: Placed) => consumer(address).id === `infisical:${text}` || consumer(address).id === `infisical:${text}:${DEFAULT_KEY}`
  if (consumers.some(one => isStore(one))) return consumers.map(one => (isStore(one) ? {...one, address: addressSchema.parse({...one.address, [field]: true})} : one))
  const made = text.includes('/') ? pipelineConfig(text, field) : herokuConfig(text, DEFAULT_WAVE, field)
  const {id, keys} = consumer(made.address)
  if (keys.length === 0) throw refused('ROTATE_KEY', `--${field} ${text} needs a config var after a colon.`, flag(`--${field}`, `${text}:${DEFAULT_KEY}`))
  const named = consumers.find(one => consumer(one.address).id === id)
  const {[field]: meant}: Record<string, unknown> = {...named?.address}
  const base = named?.address ?? Object.fromEntries(Object.entries(made.address).filter(([name]) => name !== 'keys'))
  const address = addressSchema.parse({...base, [field]: meant === true ? true : [...(Array.isArray(meant) ? meant : []), ...keys]})
  return named ? consumers.map(one => (one === named ? {...one, address} : one)) : [...consumers, {...made, address}]
}

/** Refuses a place that is named twice: two entries would be two writes and two restarts. */
export function refuseTwice(placed: readonly Placed[], inFile: readonly Placed[] = []): void {
  const ids = new Set<string>(inFile.map(({address}) => consumer(address).id))
  for (const {address} of placed) {
    const {id} = consumer(address)
    if (ids.has(id)) {
      const name = id.slice(id.indexOf(':') + 1)
      throw refused('ROTATE_TWICE', `${name} is named twice. Name it once, with all its keys.`, once(id, placed, inFile))
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
  const place = id.slice(id.indexOf(':') + 1)
  return flag(first.wave === CANARY_WAVE ? '--canary' : '--app', keys === '' ? place : `${place}:${keys}`)
}

function herokuConfig(text: string, wave: number, option: string): Placed {
  const [app, keyList] = /^https?:\/\//i.test(text) ? [text] : split(text)
  if (!/^[a-z\d][a-z\d-]*$/i.test(app)) {
    const what = app === '' ? 'name an app before the colon' : `${app} is not an app name${app.includes(',') ? '; give each app its own flag' : ''}`
    throw refused('ROTATE_APP', `--${option} ${text}: ${what}.`, [heroku('apps', '--all'), flag(`--${option}`, 'example-app:HEROKU_API_KEY')])
  }

  return placed(addressSchema.parse({app, ...keysFrom(keyList, app, option, text), kind: 'heroku-config'}), wave)
}

function pipelineConfig(text: string, option = 'pipeline'): Placed {
  const [place, keyList] = split(text)
  const [, pipeline, stage] = /^(?!\.{1,2}\/)([^/]+)\/(review|test)$/.exec(place) ?? []
  if (pipeline === undefined) {
    const [, named, mistyped = ''] = /^(?!\.{1,2}\/)([^/]+)\/([^/]+)$/.exec(place) ?? []
    const meant = nearest(mistyped, ['review', 'test'])
    const next = named === undefined || meant === null ? 'example-pipeline/review' : [`${named}/${meant}`, ...(keyList === undefined ? [] : [keyList])].join(':')
    throw refused('ROTATE_PIPELINE', `--${option} takes PIPELINE/review or PIPELINE/test, not ${text}.`, flag(`--${option}`, next))
  }

  return placed(addressSchema.parse({kind: 'pipeline-config', pipeline, stage, ...keysFrom(keyList, place, option, text)}))
}

/** Without keys, every config var that holds the token is meant. */
function keysFrom(list: string | undefined, place: string, option: string, text: string): {keys?: string[]} {
  if (list === undefined) return {}
  const keys = list.split(',')
  const wrong = keys.find(key => !/^[^\s=\p{Cc}]+$/u.test(key))
  if (wrong === undefined) return {keys: [...new Set(keys)]}
  const what = wrong === '' ? `name a config var after the colon, e.g. ${place}:HEROKU_API_KEY` : `${wrong} is not a config var name: it has a space or an =`
  throw refused('ROTATE_KEY', `--${option} ${text}: ${what}.`, flag(`--${option}`, `${place}:HEROKU_API_KEY`))
}

function githubSecret(text: string): Placed {
  const [repository, secret = DEFAULT_KEY] = split(text)
  const parsed = addressSchema.safeParse({kind: 'github-secret', repository, secret})
  if (parsed.success && /^[\w.-]+\/[\w.-]+$/.test(repository)) return placed(parsed.data)
  const next = /^[\w.-]+$/.test(repository) ? `example/${text}` : 'example/example-app:HEROKU_API_KEY'
  throw refused('ROTATE_GITHUB', `--github takes OWNER/REPO or OWNER/REPO:SECRET, not ${text}.`, flag('--github', next), 'usage')
}

function infisicalStore(text: string): Placed {
  const [place, secret = DEFAULT_KEY] = split(text)
  const [project = '', environment = '', ...path] = place.split('/')
  const parsed = addressSchema.safeParse({environment, kind: 'infisical', path: `/${path.join('/')}`, project, secret})
  if (parsed.success && project !== '' && environment !== '') return {address: parsed.data, role: 'store', wave: 0}
  const what = 'takes PROJECT_ID/ENV, then /PATH and :SECRET if they are not the usual ones'
  throw refused('ROTATE_INFISICAL', `--infisical ${what}; it got ${text}.`, flag('--infisical', '01234567-89ab-cdef-0123-456789abcdef/prod:HEROKU_API_KEY'))
}

function split(text: string): [string, string | undefined] {
  const colon = text.indexOf(':')
  return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
}
