import fc from 'fast-check'
import {isDeepStrictEqual} from 'node:util'

import {hasHidden, shown, visible, visibleBetweenStyles, visibleJson, visibleLines} from '../../../src/lib/text/shown.js'
import {target} from '../target.js'

const nasty = [
  '\u001B[2J', '\u001B[31m', '\u001B[0m', '\u001B]52;c;x\u0007', '\u202E', '\u200B', '\uFEFF', '\u2028', '\u2029',
  '\n', '\r', '\t', '\0', '\u009B', '\u{E0001}', '\uD83D', 'é', '😀', String.raw`\u200b`, '__proto__',
]
const text = fc.array(fc.oneof(fc.constantFrom(...nasty), fc.string({maxLength: 6, unit: 'binary'}), fc.string({maxLength: 6})), {maxLength: 12}).map(all => all.join(''))
const value = fc.letrec<{tree: unknown}>(tie => ({
  tree: fc.oneof(
    {depthSize: 'small'}, text, fc.integer(), fc.constant(null), fc.boolean(), fc.array(tie('tree'), {maxLength: 3}), fc.dictionary(text.filter(key => key !== '__proto__'), tie('tree'), {maxKeys: 3}),
  ),
})).tree

const isClean = (all: string, ...allowed: readonly string[]) => {
  let rest = all
  for (const each of allowed) rest = rest.replaceAll(each, '')
  return !hasHidden(rest)
}

function stringsIn(node: unknown): string[] {
  if (typeof node === 'string') return [node]
  return typeof node === 'object' && node !== null ? Object.entries(node).flatMap(([key, each]) => [key, ...stringsIn(each)]) : []
}

function sizes(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return 0
  return [Array.isArray(node), Object.keys(node).length, Object.values(node).map(each => JSON.stringify(sizes(each))).sort()]
}

/** Nothing is left that a terminal would obey, and JSON says the same as before. */
export const shownText = target('shown', fc.tuple(text, value), ([line, tree]) => {
  if (!isClean(visible(line))) throw new Error('visible')
  if (!isClean(visibleLines(line), '\n') || visibleLines(line).split('\n').length !== line.split('\n').length) throw new Error('lines')
  const styled = visibleBetweenStyles(line).replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'g'), '')
  if (!isClean(styled, '\n')) throw new Error('between styles')
  if (visible(visible(line)) !== visible(line)) throw new Error('twice')
  const copy = shown({tree})
  if (stringsIn(copy).some(each => hasHidden(each))) throw new Error('in a copy')
  if (!isDeepStrictEqual(sizes(copy), sizes({tree}))) throw new Error('a copy that lost something')
  for (const json of [JSON.stringify(tree), JSON.stringify(tree, null, 2)]) {
    const safe = visibleJson(json)
    if (!isClean(safe, '\n') || !isDeepStrictEqual(JSON.parse(safe), JSON.parse(json))) throw new Error('json')
  }
})
