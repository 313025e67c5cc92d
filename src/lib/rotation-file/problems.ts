import type {z} from 'zod'
import {type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node, type Pair, type YAMLMap} from 'yaml'
import {keyMeant, keysAt} from './fields.js'

/** `key` is the key that the message names; `bare` is told without the line. */
export type Problem = {bare?: true; column: number; key?: string; line: number; message: string}

export type Source = {document: Document; lines: LineCounter}

type Path = readonly PropertyKey[]

/** `below` is the path of the value that `schema` has checked, and `also` what may stand there besides. */
export function problemsOf(error: z.ZodError, source: Source, below: Path, schema: z.ZodType, also: readonly string[] = []): Problem[] {
  return error.issues.flatMap(issue => {
    const path = [...below, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const known = new Set([...keysAt(schema, issue.path), ...(issue.path.length === 0 ? also : [])])
      return issue.keys.map(key => {
        const meant = keyMeant(key, known)
        return {...problemAt(source, [...path, key], `${key} is not known here${meant === null ? '' : `; did you mean ${meant}?`}`, true), key}
      })
    }

    if (issue.code === 'invalid_key') return [problemAt(source, path, `${nameOf(path)}${lower(issue.issues[0]?.message ?? issue.message)}`, true)]
    return [problemAt(source, path, `${nameOf(path)}${wordsOf(issue)}`)]
  })
}

export function problemAt({document, lines}: Source, path: Path, message: string, ofKey = false): Problem {
  return problemIn(lines, (ofKey ? keyOffset(document, path) : null) ?? valueOffset(document, path) ?? 0, message)
}

export function problemIn(lines: LineCounter, offset: number, message: string): Problem {
  const {col, line} = lines.linePos(offset)
  return {column: col, line, message}
}

/** Nodes along the path, as far as there are any. */
function nodesOn({contents}: Document, path: Path): Node[] {
  const nodes: Node[] = []
  let node: unknown = contents
  for (const part of [...path, null]) {
    if (!isNode(node)) break
    nodes.push(node)
    node = isMap(node) ? pairsOf(node).get(part)?.value : isSeq(node) ? node.items[Number(part)] : undefined
  }

  return nodes
}

// A missing value is reported at the nearest node around it.
const valueOffset = (document: Document, path: Path) => nodesOn(document, path).findLast(({range}) => range)?.range?.[0] ?? null

function keyOffset(document: Document, path: Path): null | number {
  const parent = nodesOn(document, path.slice(0, -1))[path.length - 1]
  const pair = isMap(parent) ? pairsOf(parent).get(path.at(-1)) : undefined
  return pair && isScalar(pair.key) && pair.key.range ? pair.key.range[0] : null
}

const indexes = new WeakMap<YAMLMap, Map<unknown, Pair>>()

/** By its key, because a file may have a hundred thousand keys and something to say about each. */
function pairsOf(map: YAMLMap): Map<unknown, Pair> {
  const index = indexes.get(map) ?? new Map(map.items.map(pair => [isScalar(pair.key) ? pair.key.value : null, pair]))
  indexes.set(map, index)
  return index
}

function nameOf(path: Path): string {
  const last = path.findLast(part => typeof part === 'string')
  return last === undefined ? '' : `${String(last)}: `
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'], ['boolean', 'true or false'], ['int', 'a whole number'], ['number', 'a number'],
  ['object', 'a mapping of keys to values'], ['record', 'a mapping of names to values'], ['string', 'text'],
])

/** Says it in plain words, where zod has only its own. */
function wordsOf(issue: z.core.$ZodIssue): string {
  const {code, message} = issue
  if (code === 'invalid_type' && message.startsWith('Invalid input: expected')) {
    return message.endsWith('received undefined') ? 'is missing' : `must be ${TYPES.get(issue.expected) ?? issue.expected}`
  }

  if (code === 'invalid_value' && message.startsWith('Invalid option')) return `must be one of ${issue.values.join(', ')}`
  if (code === 'too_big' && message.startsWith('Too big')) return `must be at most ${issue.maximum}`
  if (code === 'too_small' && message.startsWith('Too small')) {
    return issue.origin === 'number' || issue.origin === 'int' ? `must be at least ${issue.minimum}` : 'must not be empty'
  }

  return lower(message)
}

function lower(message: string): string {
  return message.replace(/^Invalid input: /, '').replace(/^[A-Z](?=[a-z])/, letter => letter.toLowerCase())
}
