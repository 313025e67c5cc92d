import {expect} from 'chai'
import {setImmediate} from 'node:timers/promises'

import {joined} from '../../../../../src/lib/output/progress/joined-lines.js'

/** A progress that says what happens to it. */
function saying(): {progress: ReturnType<typeof joined>; written: string[]} {
  const written: string[] = []
  const progress = joined(text => written.push(text), write => ({
    pause() {
      return () => write('goes on\n')
    },
    report: ({type}) => write(`${type}\n`),
    stop: () => write('stopped\n'),
  }))
  return {progress, written}
}

describe('lines of progress that come at once', function () {
  it('are one write, in their order', async function () {
    const {progress, written} = saying()
    await Promise.all([1, 2, 3].map(async () => {
      await Promise.resolve()
      progress.report({text: '', type: 'note'})
    }))
    await setImmediate()
    progress.report({text: '', type: 'warning'})
    await setImmediate()
    expect(written).to.deep.equal(['note\nnote\nnote\n', 'warning\n'])
  })

  it('stand above a question', function () {
    const {progress, written} = saying()
    progress.report({text: '', type: 'note'})
    progress.pause()
    expect(written).to.deep.equal(['note\n'])
  })

  it('stand above what is written after the end', async function () {
    const {progress, written} = saying()
    progress.report({text: '', type: 'note'})
    progress.stop()
    expect(written).to.deep.equal(['note\nstopped\n'])
    await setImmediate()
    expect(written).to.have.length(1)
  })
})
