/* Writes json.schema.json, the JSON Schema of what `--json` prints: `npm run schema`. A test fails where it is not what this writes. */
import {writeFileSync} from 'node:fs'
import {z} from 'zod'

import {documents} from './json/documents.js'

export const text = `${JSON.stringify({title: 'What heroku authorizations:rotate prints with --json', ...z.toJSONSchema(documents)}, null, 2)}\n`

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(new URL('../json.schema.json', import.meta.url), text)
