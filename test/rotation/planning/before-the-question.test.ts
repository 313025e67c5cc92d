import {prompter} from '@heroku-cli/command/lib/prompter.js'
import {Config} from '@oclif/core/config'
import {expect} from 'chai'

import type {Context} from '../../../src/lib/context.js'

import {RunCommand} from '../../../src/lib/cli/run.js'
import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

describe('what is on the screen when the person is asked', function () {
  const root = tempRoot()
  const {prompt} = prompter
  const {write} = process.stderr
  const rows = Object.getOwnPropertyDescriptor(process.stderr, 'rows')

  afterEach(function () {
    Object.assign(prompter, {prompt})
    process.stderr.write = write
    Reflect.deleteProperty(process.stderr, 'rows')
    if (rows) Object.defineProperty(process.stderr, 'rows', rows)
  })

  async function screenOf(argv: string[], height: number): Promise<string> {
    const {context} = scene(root(), [holder('example-app')]).process()
    let screen = ''
    class Begins extends RunCommand {
      // Without a spinner.
      protected override get canAsk(): boolean {
        return false
      }

      protected override get isInteractive(): boolean {
        return true
      }

      protected override makeContext(): Promise<Context> {
        return Promise.resolve(context)
      }

      run() {
        return this.begin({requests: async () => [requestOf(['example-app'])], which: null}, {})
      }
    }
    Object.defineProperty(process.stderr, 'rows', {configurable: true, value: height})
    process.stderr.write = chunk => {
      screen += chunk.toString()
      return true
    }

    Object.assign(prompter, {async prompt(questions: readonly {message: string}[]) {
      screen += questions.map(({message}) => message).join('')
      return {answer: 'no'}
    }})
    await errorOf(RotationError, new Begins(argv, new Config({root: process.cwd()})).run())
    return screen
  }

  for (const argv of [[], ['--json'], ['--json-events']]) {
    it(`is the plan: ${argv.join(' ') || 'without --json'}`, async function () {
      expect(await screenOf(argv, 100)).to.match(/^Rotate example-token[^]*example-app +HEROKU_API_KEY[^]*To replace the token, type/).and.not.include('Scroll up')
    })
  }

  it('is how long the plan is, where the screen is not as high', async function () {
    expect(await screenOf([], 5)).to.match(/These are \d\d lines, more than your screen has\. Scroll up[^]*To replace the token, type/)
  })
})
