/*
 * The pages of docs/reference that can be made from the code:
 *
 *     npm run docs
 *
 * A test fails where a page is not what this would write.
 */
import {readFileSync, writeFileSync} from 'node:fs'

import {commandsPage, flagsPage, manifestSchema} from './reference/commands.js'
import {environmentPage} from './reference/environment.js'
import {errorsPage} from './reference/errors.js'
import {exitCodesPage} from './reference/exit-codes.js'
import {filesPage} from './reference/files.js'

const urlOf = (path: string) => new URL(`../${path}`, import.meta.url)
const manifest = manifestSchema.parse(JSON.parse(readFileSync(urlOf('oclif.manifest.json'), 'utf8')))

export const pages: Record<string, string> = {
  'docs/reference/commands.md': commandsPage(manifest),
  'docs/reference/environment.md': environmentPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/exit-codes.md': exitCodesPage(),
  'docs/reference/files.md': filesPage(),
  'docs/reference/flags.md': flagsPage(manifest),
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [path, text] of Object.entries(pages)) writeFileSync(urlOf(path), text)
  console.log(`wrote ${Object.keys(pages).join(', ')}`)
}
