import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

/** What packages written for `require` find their files by, in the bundle (scripts/build.mjs). */
export const __dirname = dirname(fileURLToPath(import.meta.url))
