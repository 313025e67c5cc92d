import type {z} from 'zod'
import {type Document, isMap, isNode, isPair, isScalar, type LineCounter} from 'yaml'

export type Problem = {column: number; line: number; message: string}

export type Source = {document: Document; lines: LineCounter}

type Path = readonly PropertyKey[]

/** `below` is the path of the checked value. */
export function problemsOf(error: z.ZodError, source: Source, below: Path): Problem[] {
  return error.issues.flatMap(issue => {
    const path = [...below, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => problemAt(source, [...path, key], `${key} is not known here`, true))
    }

    if (issue.code === 'invalid_key') return [problemAt(source, path, `${nameOf(path)}${lower(issue.issues[0]?.message ?? issue.message)}`, true)]
    return [problemAt(source, path, `${nameOf(path)}${lower(issue.message)}`)]
  })
}

export function problemAt({document, lines}: Source, path: Path, message: string, ofKey = false): Problem {
  const offset = (ofKey ? keyOffset(document, path) : null) ?? valueOffset(document, path) ?? 0
  const {col, line} = lines.linePos(offset)
  return {column: col, line, message}
}

// A missing value is reported at the nearest node around it.
function valueOffset(document: Document, path: Path): null | number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }

  return null
}

function keyOffset(document: Document, path: Path): null | number {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return null
  const pair = parent.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1))
  return pair && isScalar(pair.key) && pair.key.range ? pair.key.range[0] : null
}

function nameOf(path: Path): string {
  const last = path.findLast(part => typeof part === 'string')
  return last === undefined ? '' : `${String(last)}: `
}

function lower(message: string): string {
  return message.replace(/^Invalid input: /, '').replace(/^[A-Z](?=[a-z])/, letter => letter.toLowerCase())
}
