import {Config} from '@oclif/core/config'
import {expect} from 'chai'

import {ReportingCommand} from '../../../../src/lib/cli/reporting-command.js'
import {RotationError, todo} from '../../../../src/lib/errors.js'
import {writtenText} from '../../../../src/lib/output/discover-text.js'
import {stepSummary} from '../../../../src/lib/output/github/step-summary.js'

const evil = 'a\u001B[2J\n::error::x\u202Eb'

describe('what the platform says, in a terminal and in a job', function () {
  class Edges extends ReportingCommand {
    protected override get canAsk(): boolean {
      return true
    }

    fails(error: RotationError): Promise<void> {
      this.failure = error
      return this.finally(undefined)
    }

    async run(): Promise<void> {
      this.tell(`\u001B[31m${evil}\u001B[39m`)
    }
  }

  async function written(argv: string[], work: (command: Edges) => Promise<void>): Promise<string> {
    const {write} = process.stderr
    let text = ''
    process.stderr.write = (chunk: string | Uint8Array) => {
      text += chunk.toString()
      return true
    }

    try {
      await work(new Edges(argv, new Config({root: process.cwd()})))
    } finally {
      process.stderr.write = write
    }

    return text
  }

  it('is shown as escapes, between our own colours', async function () {
    expect(await written([], command => command.run())).to.equal(`\u001B[31ma${String.raw`\u001b[2J`}\n::error::x${String.raw`\u202e`}b\u001B[39m\n`)
  })

  it('is one annotation, and text of the summary', async function () {
    const error = new RotationError('ROTATE_CONSUMER', evil, {next: todo('heroku apps')})
    expect(await written(['--output', 'github'], command => command.fails(error))).to.equal(`::error title=ROTATE_CONSUMER::a${String.raw`\u001b[2J%0A::error::x\u202eb`}\n`)
    expect(stepSummary(null, error)).to.not.match(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it('is on one line where it is the name of what was written', function () {
    expect(writtenText('rotation.yml', [evil])).to.equal(String.raw`Written to rotation.yml: a\u001b[2J\n::error::x\u202eb`)
  })
})
