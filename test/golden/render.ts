/*
 * Writes test/golden/screens.txt: what people see, on a real terminal emulator.
 *
 *     npm run screens             writes it anew
 *     tsx test/golden/render.ts --check    fails when the screens are not what is in it
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {emulator} from '../support/emulator.js'

// The package of the colours looks at these when it is loaded.
process.env['FORCE_COLOR'] = '2'
process.env['TERM'] = 'xterm-256color'
const {stylesFor} = await import('../../src/lib/output/styles.js')
const {scenes} = await import('./scenes.js')

const file = fileURLToPath(new URL('screens.txt', import.meta.url))
const rows = 24
const views = [
  {columns: 60, env: {NO_COLOR: '1'}, isColoured: false, name: '60 columns'},
  {columns: 80, env: {NO_COLOR: '1'}, isColoured: false, name: '80 columns'},
  {columns: 120, env: {NO_COLOR: '1'}, isColoured: false, name: '120 columns'},
  {columns: 80, env: {}, isColoured: true, name: '80 columns, with colours'},
  {columns: 80, env: {LANG: 'C', NO_COLOR: '1'}, isColoured: false, name: '80 columns, without UTF-8'},
]

const screens: string[] = []
for (const [title, show] of scenes) {
  for (const {columns, env, isColoured, name} of views) {
    const terminal = emulator(columns, rows)
    await terminal.write(show({columns, rows, styles: stylesFor('stdout', env)}))
    screens.push(`${`== ${title}, ${name} `.padEnd(columns, '=')}\n\n${terminal.lines(isColoured).join('\n')}\n`)
  }
}

const text = screens.join('\n')
if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (text !== readFileSync(file, 'utf8')) {
  console.error('the screens have changed: run npm run screens, look at the difference of test/golden/screens.txt, and commit it')
  process.exitCode = 1
}
