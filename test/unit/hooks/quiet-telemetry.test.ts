import {Config, type Interfaces} from '@oclif/core'
import {expect} from 'chai'

import quietTelemetry from '../../../src/hooks/quiet-telemetry.js'

describe('the hook that quiets telemetry', function () {
  const {DEBUG: debug, DISABLE_TELEMETRY: disabled} = process.env

  afterEach('gives the environment back', function () {
    for (const [name, value] of Object.entries({DEBUG: debug, DISABLE_TELEMETRY: disabled})) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
  })

  async function isQuiet(id: string | undefined, debugging: string): Promise<boolean> {
    process.env['DEBUG'] = debugging
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

  it('leaves every other command alone', async function () {
    expect(await isQuiet('authorizations', '*')).to.equal(false)
    expect(await isQuiet(undefined, '*')).to.equal(false)
  })
})
