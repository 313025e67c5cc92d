/*
 * The phase tables of docs/explain/architecture.md, made from src/lib/rotation/phases.ts and the doc comments of
 * the steps it names.
 *
 *     tsx scripts/phase-table.ts            writes each table between its two markers
 *     tsx scripts/phase-table.ts --check    fails when they are not what would be written
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import ts from 'typescript'

import {inPlacePhases, type Phase, phases} from '../src/lib/rotation/phases.js'

const page = 'docs/explain/architecture.md'
const tables: Record<string, readonly Phase[]> = {'in-place phases': inPlacePhases, phases}

const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))

/** First paragraph of the doc comment of a function; a phase has a file of its name. */
function commentOn(step: string, phase: string): string {
  const file = `src/lib/rotation/phases/${phase}.ts`
  const source = ts.createSourceFile(file, readFileSync(pathOf(file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found = source.statements.find(statement => ts.isFunctionDeclaration(statement) && statement.name?.text === step)
  const [paragraph] = found ? ts.getJSDocCommentsAndTags(found).map(({comment}) => ts.getTextOfJSDocComment(comment)?.split('\n\n')[0]) : []
  if (!paragraph) throw new Error(`${step} in ${file} has no doc comment`)
  return paragraph.replaceAll('\n', ' ').replace(/\.$/, '')
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function table(phases: readonly Phase[]): string {
  const rows = phases.map((phase, index) => {
    const {kind, name} = phase
    const undo = 'undo' in phase ? capital(commentOn(phase.undo.name, name).replace(/^The undo: /, '')) : '–'
    return `| ${index + 1} | [${name}](../../src/lib/rotation/phases/${name}.ts) | ${kind} | ${commentOn(name, name)} | ${undo} |`
  })
  return ['| # | phase | kind | does | undo |', '|---|---|---|---|---|', ...rows].join('\n')
}

function withTable(text: string, name: string, phases: readonly Phase[]): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = text.indexOf(opening)
  const to = text.indexOf(closing)
  if (from === -1 || to < from) throw new Error(`${page} has no ${opening} … ${closing}`)
  return `${text.slice(0, from)}${opening}\n${table(phases)}\n${text.slice(to)}`
}

const text = readFileSync(pathOf(page), 'utf8')
let current = text
for (const [name, phases] of Object.entries(tables)) current = withTable(current, name, phases)
const count = Object.values(tables).flat().length
if (text === current) console.log(`the phase tables of ${page} are current: ${count} phases`)
else if (process.argv.includes('--check')) {
  console.error(`the phase tables of ${page} are stale: run tsx scripts/phase-table.ts and commit`)
  process.exitCode = 1
} else {
  writeFileSync(pathOf(page), current)
  console.log(`wrote the phase tables of ${page}`)
}
