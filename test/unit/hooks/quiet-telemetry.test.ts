import {Config, type Interfaces} from '@oclif/core'
import {expect} from 'chai'

import quietTelemetry from '../../../src/hooks/quiet-telemetry.js'

describe('the hook that quiets telemetry', function () {
  const {DEBUG: debug, DISABLE_TELEMETRY: disabled, HEROKU_DEBUG: ofHeroku} = process.env

  afterEach('gives the environment back', function () {
    for (const [name, value] of Object.entries({DEBUG: debug, DISABLE_TELEMETRY: disabled, HEROKU_DEBUG: ofHeroku})) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
  })

  async function isQuiet(id: string | undefined, debugging: string, variable = 'DEBUG'): Promise<boolean> {
    for (const name of ['DEBUG', 'HEROKU_DEBUG']) Reflect.deleteProperty(process.env, name)
    process.env[variable] = debugging
    Reflect.deleteProperty(process.env, 'DISABLE_TELEMETRY')
    const config = new Config({plugins: new Map(), root: '/nowhere'})
    const context: Interfaces.Hook.Context = {
      config,
      debug() {},
      error(message: Error | string): never {
        throw new Error(String(message))
      },
      exit(): never {
        throw new Error('exit')
      },
      log() {},
      warn() {},
    }
    await quietTelemetry.call(context, {argv: [], config, context, id})
    return process.env['DISABLE_TELEMETRY'] === 'true'
  }

  for (const id of ['authorizations:rotate', 'authorizations:rotate:status']) {
    it(`does so for ${id} with DEBUG, and not without`, async function () {
      expect(await isQuiet(id, '*')).to.equal(true)
      expect(await isQuiet(id, '')).to.equal(false)
    })
  }

  it('does so with HEROKU_DEBUG, of which the CLI makes DEBUG=http before it starts the process that sends how the command ended', async function () {
    expect(await isQuiet('authorizations:rotate', '1', 'HEROKU_DEBUG')).to.equal(true)
  })

  it('leaves every other command alone', async function () {
    expect(await isQuiet('authorizations', '*')).to.equal(false)
    expect(await isQuiet(undefined, '*')).to.equal(false)
  })
})
