import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'
import ts from 'typescript'

import {samples} from '../../../scripts/reference/errors.js'

const source = new URL('../../../src/', import.meta.url)
const files = readdirSync(source, {encoding: 'utf8', recursive: true}).filter(file => file.endsWith('.ts'))

/** The parts of each text in the code, between its values. */
function partsIn(node: ts.Node): string[][] {
  const own = ts.isStringLiteralLike(node) ? [[node.text]] : ts.isTemplateExpression(node) ? [[node.head.text, ...node.templateSpans.map(({literal}) => literal.text)]] : []
  const below: string[][] = []
  ts.forEachChild(node, child => {
    below.push(...partsIn(child))
  })
  return [...own, ...below]
}

const patterns = files
  .flatMap(file => partsIn(ts.createSourceFile(file, readFileSync(new URL(file, source), 'utf8'), ts.ScriptTarget.Latest)))
  // Short texts fit anything.
  .filter(parts => parts.join('').replaceAll(/[^a-z]/gi, '').length >= 8)
  .map(parts => new RegExp(parts.map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('.*')))

describe('the examples of the errors', function () {
  for (const [name, sample] of Object.entries(samples)) {
    it(`say what the code says: ${name}`, function () {
      const text = 'recorded' in sample ? sample.recorded : sample.happened
      expect(patterns.some(pattern => pattern.test(text)), text).to.equal(true)
    })
  }
})
