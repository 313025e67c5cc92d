import {expect} from 'chai'
import fc from 'fast-check'
import {createLogUpdate} from 'log-update'
import {PassThrough} from 'node:stream'

import type {ProgressEvent} from '../../../../../src/lib/ports.js'

import {liveProgress} from '../../../../../src/lib/output/progress/live-progress.js'
import {picture} from '../../../../../src/lib/output/progress/picture.js'
import {ProgressState} from '../../../../../src/lib/output/progress/progress-state.js'
import {stylesFor} from '../../../../../src/lib/output/styles.js'
import {emulator} from '../../../../support/emulator.js'

const [columns, rows] = [60, 14]
const styles = stylesFor('stderr', {NO_COLOR: '1'})
const names = ['preflight', 'create', 'fanout', 'drain', 'revoke']
const nameOf = (id: string) => id

const phase = fc.tuple(fc.constantFrom(...names), fc.constantFrom('example-platform-token', 'example-platform-other'), fc.constantFrom('done', 'failed', 'started'))
  .map(([name, rotation, state]): ProgressEvent => ({name, rotation, state, type: 'phase'}))
const details = ['writing', 'v4 up', '生产 token 🔑 is written', 'x'.repeat(90)]
const consumer = fc.tuple(fc.constantFrom(...details), fc.nat({max: 20}), fc.constantFrom('active', 'done', 'failed'))
  .map(([detail, number, state]): ProgressEvent => ({detail, id: `app-${number}`, state, type: 'consumer'}))
const note = fc.tuple(fc.constantFrom('one', 'other'), fc.constantFrom('', 'trying again', 'still trying')).map(([about, text]): ProgressEvent => ({about, text, type: 'note'}))
const event = fc.oneof({arbitrary: phase, weight: 2}, {arbitrary: consumer, weight: 5}, note)

/** A rotation of its own has no name, several have. */
const events = fc.array(event, {maxLength: 40, minLength: 3})
  .chain(all => fc.boolean().map(isAlone => (isAlone ? all.map((one): ProgressEvent => (one.type === 'phase' ? {...one, rotation: ''} : one)) : all)))

describe('the progress on a real terminal', function () {
  this.timeout(60_000)

  it('shows after every event the whole picture, and no row is lost or doubled', async function () {
    await fc.assert(fc.asyncProperty(events, async reported => {
      const terminal = emulator(columns, rows)
      const written: string[] = []
      const stream = Object.assign(new PassThrough(), {columns, isTTY: true, rows})
      stream.on('data', (chunk: Buffer) => written.push(chunk.toString()))
      const state = new ProgressState(() => 0)
      const progress = liveProgress({columns: () => columns, every: () => () => {}, nameOf, now: () => 0, rows: () => rows, update: createLogUpdate(stream)}, styles)
      for (const one of reported) {
        progress.report(one)
        state.take(one)
        await terminal.write(written.splice(0).join(''))
        const wanted = picture(state, {columns, frame: 0, nameOf, now: 0, rows, styles}).join('\n').trimEnd()
        expect(terminal.lines().join('\n')).to.equal(wanted)
      }

      progress.stop()
    }), {numRuns: 150, seed: 7})
  })
})
