import {expect} from 'chai'

import {RotationError} from '../../../../../src/lib/errors.js'
import {alignWaves, refuseSameKeys} from '../../../../../src/lib/rotation/planning/shared-consumers.js'
import {consumerOf, planOf} from '../../../../support/plan.js'

const named = (name: string, ...keys: string[]) => ({consumers: [{id: 'heroku-config:example-app', keys}], name})

describe('consumers that two rotations share', function () {
  it('are refused where both name one key, with both names and a way out', function () {
    expect(() => refuseSameKeys([named('a', 'ONE', 'TWO'), named('b', 'TWO')])).to.throw(RotationError, 'a and b both name TWO of heroku-config:example-app').with.deep.property('next', [
      'Take it out of one of the two, or rotate each by itself: --description b',
    ])
  })

  it('are allowed where each names a key of its own, and where one names a key twice', function () {
    refuseSameKeys([named('a', 'ONE'), named('b', 'TWO'), named('a', 'ONE')])
  })

  it('are written in the lowest of their waves, which the plan says, and stores where they are', function () {
    const [one, two] = alignWaves([
      planOf({consumers: [consumerOf('example-app', {wave: 3}), consumerOf('example-store', {role: 'store', wave: 0})], name: 'a'}),
      planOf({consumers: [consumerOf('example-app', {wave: 1}), consumerOf('example-store', {role: 'store', wave: 0})], name: 'b'}),
    ])
    expect(one?.consumers.map(({wave}) => wave)).to.deep.equal([1, 0])
    expect(one?.remarks).to.deep.equal(['heroku-config:example-app: moved to wave 1, updated together with b, in one release'])
    expect(two?.remarks).to.deep.equal(['heroku-config:example-app: updated together with a, in one release'])
  })
})
