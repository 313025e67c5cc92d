import {Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, YAMLSeq} from 'yaml'
import {addressAt} from '../consumers/registry.js'
import {refused, todo} from '../errors.js'
import {endingAs} from './line-ends.js'
import {parseRotationFile} from './rotation-file.js'

export type Holder = {app: null | string; keys: readonly string[]; name: string}

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

/** An entry without keys is of every config var that holds the token. */
function add(document: Document, consumers: YAMLSeq, {app, keys, name}: Holder): string[] {
  const fields = Object.entries(addressAt({app, name})).toSorted(([a], [b]) => Number(b === 'kind') - Number(a === 'kind'))
  const entry = consumers.items.find((item): item is YAMLMap => isMap(item) && fields.every(([field, value]) => item.get(field) === value))
  if (!entry) {
    const item = document.createNode(Object.fromEntries(fields))
    item.flow = true
    consumers.add(item)
    return [`${name}:${keys.join(',')}`]
  }

  const keyList: unknown = entry.get('keys', true)
  if (!isSeq(keyList)) return []
  const present = new Set(keyList.items.map(item => (isScalar(item) ? item.value : item)))
  const missing = keys.filter(key => !present.has(key))
  for (const key of missing) keyList.add(document.createNode(key))
  return missing.length === 0 ? [] : [`${name}:${missing.join(',')}`]
}

function cannotAdd(path: string, name: string) {
  return refused('ROTATE_FILE', `${path}: the consumers of ${name} are an alias of something else, which cannot be added to.`, todo(`Write them out in ${path}, and run the command again.`))
}
