/* Writes the JSON Schema of the rotation file, for editors; `--check` fails when the committed one is another. */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {jsonSchema} from '../src/lib/rotation-file/schema.js'

const path = fileURLToPath(new URL('../rotation-file.schema.json', import.meta.url))
const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) throw new Error('rotation-file.schema.json is not what the code says: run `npm run schema` and commit it')
} else writeFileSync(path, text)
