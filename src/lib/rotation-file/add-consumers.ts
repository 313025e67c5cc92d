import {Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, YAMLSeq} from 'yaml'
import {refused, todo} from '../errors.js'
import {endingAs} from './line-ends.js'
import {parseRotationFile} from './rotation-file.js'

const KIND = 'heroku-config'
const DEFAULT_KEY = 'HEROKU_API_KEY'

export type Holder = {app: string; keys: readonly string[]}

export type Where = {absolute: string; home: string; path: string}

/** Leaves what stands in the file, comments and order with it. A null text stands for a file that does not exist yet. */
export function addConsumers(text: null | string, name: string, holders: readonly Holder[], where: Where): {added: string[]; text: string} {
  const isNew = text === null || text.trim() === ''
  if (!isNew) check(text, where)
  const document = isNew ? new Document({rotations: {}, version: 1}) : parseDocument(text)
  if (isNew) document.contents = document.createNode({version: 1, rotations: {}})
  const consumers = consumersOf(document, name, where)
  const added = holders.flatMap(holder => add(document, consumers, holder))
  // The options keep long lines long and braces as tight as they were.
  const whole = document.toString({flowCollectionPadding: !isNew && /[{[] /.test(text), lineWidth: 0})
  const written = isNew ? whole : added.length === 0 ? text : endingAs(text, whole)
  check(written, where)
  return {added, text: written}
}

function check(text: string, {absolute, home, path}: Where): void {
  parseRotationFile(text, path, absolute, home)
}

function consumersOf(document: Document, name: string, {path}: Where): YAMLSeq {
  const at = ['rotations', name, 'consumers']
  const rotation: unknown = document.getIn(at.slice(0, 2), true)
  if (rotation !== undefined && !isMap(rotation) && !(isScalar(rotation) && rotation.value === null)) throw cannotAdd(path, name)
  if (!isMap(rotation)) document.setIn(at.slice(0, 2), document.createNode({}))
  const node: unknown = document.getIn(at, true)
  if (isSeq(node)) return node
  if (node !== undefined && !(isScalar(node) && node.value === null)) throw cannotAdd(path, name)
  const made = new YAMLSeq(document.schema)
  document.setIn(at, made)
  return made
}

function add(document: Document, consumers: YAMLSeq, {app, keys}: Holder): string[] {
  const entry = consumers.items.find((item): item is YAMLMap => isMap(item) && item.get('kind') === KIND && item.get('app') === app)
  if (!entry) {
    const isDefault = keys.length === 1 && keys[0] === DEFAULT_KEY
    const item = document.createNode({kind: KIND, app, ...(isDefault ? {} : {keys: [...keys]})})
    item.flow = true
    consumers.add(item)
    return [`${app}:${keys.join(',')}`]
  }

  const keyList: unknown = entry.get('keys', true)
  const present = isSeq(keyList) ? keyList.items.map(item => (isScalar(item) ? item.value : item)) : [DEFAULT_KEY]
  const missing = keys.filter(key => !present.includes(key))
  if (missing.length === 0) return []
  if (isSeq(keyList)) for (const key of missing) keyList.add(document.createNode(key))
  else {
    const list = document.createNode([DEFAULT_KEY, ...missing])
    list.flow = true
    entry.set('keys', list)
  }

  return [`${app}:${missing.join(',')}`]
}

function cannotAdd(path: string, name: string) {
  return refused('ROTATE_FILE', `${path}: the consumers of ${name} are an alias of something else, which cannot be added to.`, todo(`Write them out in ${path}, and run the command again.`))
}
