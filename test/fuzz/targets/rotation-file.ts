import fc from 'fast-check'

import {RotationError} from '../../../src/lib/errors.js'
import {hasHidden} from '../../../src/lib/text/shown.js'
import {parse, validFile} from '../../unit/lib/rotation-file/valid-file.js'
import {changed, changes, target} from '../target.js'

const LONGEST = 60_000

const lines = validFile.split('\n')
/** Many of a kind: keys, entries, aliases, brackets. */
const many = fc.tuple(fc.constantFrom(...lines, '*a, ', 'a: 1\n', '[', '- ', String.raw`"\u0007`, '&a '), fc.oneof({arbitrary: fc.nat({max: 50}), weight: 50}, fc.nat({max: 1000})))
  .map(([piece, count]) => `${piece}\n`.repeat(count))

const texts = fc.oneof(
  {arbitrary: changes().map(all => changed(validFile, all)), weight: 12},
  {arbitrary: changes(lines.map(line => `${line}\n`)).map(all => changed(validFile, all)), weight: 6},
  {arbitrary: fc.string({maxLength: 300, unit: 'binary'}), weight: 3},
  {arbitrary: fc.uint8Array({maxLength: 300}).map(bytes => Buffer.from(bytes).toString()), weight: 3},
  {arbitrary: fc.tuple(many, changes()).map(([piece, all]) => changed(validFile, all) + piece), weight: 1},
)

/** Any text is read, or refused with places, in a text of bounded length that repaints no screen. */
export const rotationFile = target('rotation-file', texts, text => {
  try {
    parse(text)
  } catch (error) {
    if (!(error instanceof RotationError)) throw error
    if (error.message.length > LONGEST) throw new Error(`an error of ${error.message.length} characters`)
    if (error.code !== 'ROTATE_FILE' || hasHidden(error.happened.replaceAll('\n', ''))) throw new Error(`badly told: ${error.happened}`)
  }
})
