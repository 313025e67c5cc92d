import {expect} from 'chai'

import {RotationError} from '../../../../src/lib/errors.js'
import {seededRandom} from '../../../support/in-process.js'
import {parse, validFile} from './valid-file.js'

const FILES = 500
const EACH_MS = 1000

const values = ['null', '7', '-1', 'true', '[]', '{}', '""', '[[[]]]', '{a: {b: [c]}}', '1e999', '~', '*none', '&it x', '!!binary x', String.raw`"\u0000"`, '2026-01-15', '|', '<<']
const garbage = ['{', '}', '[', ']', ':', ',', '"', '\'', '#', '&', '*', '!', '|', '>', '%', '@', '`', '\t', '\r', '\u0000', '\uFEFF', '\uD800', '\u2028', '- ', '? ', '--- ', '... ']

type Mutation = (text: string, below: (limit: number) => number) => string

const pick = <T>(list: readonly T[], below: (limit: number) => number): T | undefined => list[below(list.length)]

/** Rewrites one of the places that the pattern matches. */
function rewrite(text: string, pattern: RegExp, below: (limit: number) => number, how: (found: string) => string): string {
  const found = pick([...text.matchAll(pattern)], below)
  return found ? text.slice(0, found.index) + how(found[0]) + text.slice(found.index + found[0].length) : text
}

const LINE = /^.*\n/gm
const ENTRY = /[\w-]+: (?:"[^"]*"|\[[^\]]*\]|[^\s,{}[\]]+),? ?/g
const NAME = /[\w-]+(?=: ?)/g
const VALUE = /(?<=: )(?:"[^"]*"|\[[^\]]*\]|[^\s,{}[\]]+)/g

const mutations: Record<string, Mutation> = {
  cut: (text, below) => text.slice(0, below(text.length)),
  'delete an entry': (text, below) => rewrite(text, ENTRY, below, () => ''),
  'delete a line': (text, below) => rewrite(text, LINE, below, () => ''),
  'duplicate an entry': (text, below) => rewrite(text, ENTRY, below, found => `${found.trim().replace(/,$/, '')}, ${found}`),
  'duplicate a line': (text, below) => rewrite(text, LINE, below, found => found + found),
  garble(text, below) {
    const at = below(text.length)
    return text.slice(0, at) + pick(garbage, below) + text.slice(at + below(3))
  },
  indent: (text, below) => rewrite(text, LINE, below, found => ' '.repeat(below(6)) + found.trimStart()),
  rename: (text, below) => rewrite(text, NAME, below, found => pick([`${found}s`, found.slice(1), found.toUpperCase(), '__proto__', 'constructor', '7', 'null'], below) ?? ''),
  retype: (text, below) => rewrite(text, VALUE, below, () => pick(values, below) ?? ''),
}

function mutated(seed: number): {how: string[]; text: string} {
  const random = seededRandom(`rotation file ${seed}`)
  const below = (limit: number) => Math.floor(random.number() * limit)
  const how: string[] = []
  let text = validFile
  for (let left = 1 + below(4); left > 0; left--) {
    const [name, mutation] = pick(Object.entries(mutations), below) ?? []
    if (!name || !mutation) continue
    how.push(name)
    text = mutation(text, below)
  }

  return {how, text}
}

describe(`${FILES} generated bad rotation files`, function () {
  this.timeout(60_000)

  it('are each refused with the places of what is wrong; the few that came out well are read', function () {
    const seen = new Map<string, number>()
    let bad = 0
    let valid = 0
    for (let seed = 0; bad < FILES; seed++) {
      const {how, text} = mutated(seed)
      const told = `seed ${seed}: ${how.join(', ')}`
      const began = performance.now()
      try {
        expect(parse(text), told).not.to.deep.equal([])
        valid++
      } catch (error) {
        if (!(error instanceof RotationError)) throw new Error(`${told}: ${String(error)}`, {cause: error})
        bad++
        expect(error, told).to.include({code: 'ROTATE_FILE', exit: 'usage'})
        const problems = error.happened.replaceAll(/\n\| .*/g, '')
        expect(problems, told).to.match(/^(?:deploy\/rotation\.yml:\d+:\d+: .+|\d+ things are wrong with the rotation file:(?:\ndeploy\/rotation\.yml:\d+:\d+: .+){2,})$/)
        expect(error.happened, told).not.to.match(/\n\s+at |node:internal|\.[jt]s:\d/)
        for (const name of how) seen.set(name, (seen.get(name) ?? 0) + 1)
      }

      expect(performance.now() - began, told).to.be.below(EACH_MS)
    }

    expect([...seen.keys()]).to.have.members(Object.keys(mutations))
    expect(valid).to.be.within(1, FILES / 2)
  })
})
