import {Parser} from '@oclif/core'
import {expect} from 'chai'

import {durationFlag} from '../../../../../src/lib/cli/flags/duration.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'

const DAY = 86_400

async function seconds(input: string, {isLong = false, max = 4_000_000}: {isLong?: boolean; max?: number} = {}): Promise<number | undefined> {
  const {flags} = await Parser.parse([`--time=${input}`], {flags: {time: durationFlag({isLong, max, min: 1})}})
  return flags.time
}

describe('the time of a flag', function () {
  const times: [string, number][] = [['30', 30], ['30s', 30], ['10m', 600], ['2h', 7200], ['3d', 3 * DAY], ['2w', 14 * DAY]]
  for (const [input, expected] of times) {
    it(`is ${expected} seconds for ${input}`, async function () {
      expect(await seconds(input)).to.equal(expected)
    })
  }

  for (const input of ['', 'soon', '-1', '1.5h', '1y', '1M', '1h30m', ' 1']) {
    it(`is refused for "${input}"`, async function () {
      const error = await errorOf(RotationError, seconds(input))
      expect(error).to.include({code: 'ROTATE_USAGE', exit: 'usage'})
    })
  }

  it('says that m is minutes', async function () {
    expect((await errorOf(RotationError, seconds('1y'))).message).to.include('--time takes a time such as 30s, 10m (minutes), 12h, or a number of seconds, not 1y.')
  })

  it('is within its bounds', async function () {
    expect(await seconds('60', {max: 60})).to.equal(60)
    for (const input of ['61', '0', '2m']) expect((await errorOf(RotationError, seconds(input, {max: 60}))).message).to.include('takes 1 to 60 seconds')
  })

  it('is refused where m could be minutes or months, with both', async function () {
    const error = await errorOf(RotationError, seconds('3m', {isLong: true}))
    expect(error).to.include({code: 'ROTATE_USAGE', happened: '--time 3m could be minutes or months.'})
    expect(error).to.deep.include({next: ['--time 90d', '--time 180s']})
    expect(await seconds('12w', {isLong: true, max: 84 * DAY})).to.equal(84 * DAY)
  })
})
