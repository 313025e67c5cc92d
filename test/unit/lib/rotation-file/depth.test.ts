import {expect} from 'chai'

import {RotationError} from '../../../../src/lib/errors.js'
import {isTooDeep} from '../../../../src/lib/rotation-file/depth.js'
import {parseRotationFile} from '../../../../src/lib/rotation-file/rotation-file.js'
import {validFile} from './valid-file.js'

const MIB = 1024 * 1024
const filled = (unit: string) => unit.repeat(MIB / unit.length)

describe('the depth of a rotation file', function () {
  for (const unit of ['[', '{', '[{', '{a: [', '- ', '? ', ': ', '-\t', '- ? ', '- !a ', '- &a !b ', '[\n', '"[', '# [\n', '[ ] [ ', '- [']) {
    it(`is refused at once in a megabyte of ${JSON.stringify(unit)}`, function () {
      const started = performance.now()
      expect(() => parseRotationFile(filled(unit), 'rotation.yml', '/rotation.yml', '/home')).to.throw(RotationError, 'it is nested too deeply')
      expect(performance.now() - started).to.be.below(2000)
    })
  }

  it('is refused by indentation', function () {
    const nested = Array.from({length: 300}, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    expect(() => parseRotationFile(nested, 'rotation.yml', '/rotation.yml', '/home')).to.throw(RotationError, 'it is nested too deeply')
  })

  for (const unit of ['[]', '{},', ']', ' ', '\n', '- \n', '-', '#']) {
    it(`is none in a megabyte of ${JSON.stringify(unit)}`, function () {
      expect(isTooDeep(filled(unit))).to.equal(false)
    })
  }

  it('is none of a file that is valid', function () {
    expect(isTooDeep(validFile)).to.equal(false)
  })
})
