import {dirname} from 'node:path'
import {Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, YAMLSeq} from 'yaml'
import {type Address, addressSchema, consumer, DEFAULT_WAVE, locate, type Placed} from '../consumers/registry.js'
import {refused, todo} from '../errors.js'
import {withKeyComments} from './key-comments.js'
import {endingAs} from './line-ends.js'
import {parseRotationFile} from './rotation-file.js'

/** A consumer for the file, or the store of the credential. */
export type Addition = Placed & {
  /** Keys that are told, and added to an entry that lists its own. */
  keys: readonly string[]
  name: string
  /** Stands behind the entry. */
  note?: string
}

export type Where = {absolute: string; home: string; path: string}

/** Leaves what stands in the file, comments and order with it. A null text stands for a file that does not exist yet. */
export function addConsumers(text: null | string, name: string, additions: readonly Addition[], where: Where): {added: string[]; text: string} {
  const isNew = text === null || text.trim() === ''
  if (!isNew) check(text, where)
  const document = isNew ? new Document({version: 1, rotations: {}}) : parseDocument(text)
  const added = additions.flatMap(addition => (addition.role === 'store' ? setStore(document, name, addition, where) : add(document, consumersOf(document, name, where), addition, where)))
  const written = added.length === 0 && !isNew ? text : textOf(document, isNew ? null : text)
  check(written, where)
  return {added, text: written}
}

/** Writes what the text has become: long lines stay long, braces as tight as they were, comments and line ends in their places. */
export function textOf(document: Document, before: null | string): string {
  const written = document.toString({flowCollectionPadding: before !== null && /[{[] /.test(before), lineWidth: 0})
  return before === null ? written : endingAs(before, withKeyComments(before, written))
}

export function check(text: string, {absolute, home, path}: Where): void {
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
function add(document: Document, consumers: YAMLSeq, addition: Addition, where: Where): string[] {
  const {address, keys, name, wave} = addition
  const id = idOf(address, where)
  const entry = consumers.items.find((item): item is YAMLMap => isMap(item) && idIn(item, where) === id)
  if (!entry) {
    consumers.add(nodeOf(document, addition, wave === DEFAULT_WAVE ? {} : {wave}))
    return [toldOf(name, keys)]
  }

  const keyList: unknown = entry.get('keys', true)
  if (!isSeq(keyList)) return []
  const present = new Set(keyList.items.map(item => (isScalar(item) ? item.value : item)))
  const missing = keys.filter(key => !present.has(key))
  for (const key of missing) keyList.add(document.createNode(key))
  return missing.length === 0 ? [] : [toldOf(name, missing)]
}

function setStore(document: Document, name: string, addition: Addition, where: Where): string[] {
  const at = ['rotations', name, 'store']
  const present: unknown = document.getIn(at, true)
  if (isMap(present) && idIn(present, where) === idOf(addition.address, where)) return []
  if (present !== undefined) {
    throw refused('ROTATE_FILE', `${where.path} names a store of ${name} already, and a credential has one.`, todo(`Take the store of ${name} out of ${where.path}, or leave the other one out.`))
  }

  document.setIn(at, nodeOf(document, addition, {}))
  storeFirst(document.getIn(at.slice(0, 2), true))
  return [toldOf(addition.name, addition.keys)]
}

/** Comments at the end of the consumers would otherwise move to the store. */
function storeFirst(rotation: unknown): void {
  if (!isMap(rotation)) return
  const consumers = rotation.items.findIndex(({key}) => isScalar(key) && key.value === 'consumers')
  const store = rotation.items.at(-1)
  if (consumers !== -1 && store) rotation.items.splice(consumers, 0, ...rotation.items.splice(-1, 1))
}

function nodeOf(document: Document, {address, note}: Addition, more: object): YAMLMap {
  const fields = Object.entries(address).filter(([field, value]) => field !== 'kind' && !(field === 'in' && value === 'actions'))
  const node = document.createNode({kind: address.kind, ...Object.fromEntries(fields), ...more})
  node.flow = true
  if (note !== undefined) node.comment = ` ${note}`
  return node
}

/** Null for an entry that is none, which the check of the file tells. */
function idIn(entry: YAMLMap, where: Where): null | string {
  const fields: Record<string, unknown> = {...entry.toJSON()}
  delete fields['wave']
  const address = addressSchema.safeParse(fields)
  return address.success ? idOf(address.data, where) : null
}

const idOf = (address: Address, {absolute, home}: Where) => consumer(locate(address, {directory: dirname(absolute), home})).id

const toldOf = (name: string, keys: readonly string[]) => (keys.length === 0 ? name : `${name}:${keys.join(',')}`)

function cannotAdd(path: string, name: string) {
  return refused('ROTATE_FILE', `${path}: the consumers of ${name} are an alias of something else, which cannot be added to.`, todo(`Write them out in ${path}, and run the command again.`))
}
