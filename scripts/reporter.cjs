const {reporters, Runner} = require('mocha')
const {writeFileSync} = require('node:fs')

const {EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_PENDING} = Runner.constants

/**
 * Mocha's dot or spec reporter, which besides names each skipped test at the end and, for scripts/test.mjs,
 * writes the counts to a file, and how many seconds each file took. Options: style=dot|spec, counts=FILE.
 */
module.exports = class Reporter {
  constructor(runner, options) {
    const {counts, style = 'spec'} = options.reporterOptions ?? {}
    const skipped = []
    const files = {}
    runner.on(EVENT_TEST_PENDING, test => skipped.push(test.fullTitle()))
    runner.on(EVENT_TEST_END, ({duration = 0, file}) => {
      files[file] = (files[file] ?? 0) + duration / 1000
    })

    const console = new reporters[style === 'dot' ? 'Dot' : 'Spec'](runner, options)
    runner.once(EVENT_RUN_END, () => {
      for (const title of skipped) process.stdout.write(`skipped: ${title}\n`)
      const {failures, passes, pending} = console.stats
      if (counts) writeFileSync(counts, JSON.stringify({failed: failures, files, passed: passes, skipped: pending}))
    })
  }
}
