// The built plugin alone, without the rest of the heroku CLI, which stays as it is: node test/support/plugin-cli.mjs ID ARGS…
import {Config, flush, handle, run} from '@oclif/core'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pjson = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
// As a root plugin it would keep its data under its own name.
const config = await Config.load({pjson: {...pjson, oclif: {...pjson.oclif, dirname: 'heroku'}}, root})
await run(process.argv.slice(2), config).then(() => flush()).catch(handle)
