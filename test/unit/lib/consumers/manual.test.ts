import {expect} from 'chai'

import {manual as adapter} from '../../../../src/lib/consumers/manual.js'
import {Interrupted, RotationError} from '../../../../src/lib/errors.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../../support/access.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {sampleToken} from '../../../support/sample-token.js'

const at = adapter.address.parse({instructions: 'tell #ops to pull the new token', kind: 'manual', name: 'operators'})
const token = sampleToken('manual')
const values = new Map([['operators', new Secret(token)]])

const nobody = accessWith().person

describe('consumers of kind manual', function () {
  it('asks a person, and notes who confirmed it', async function () {
    const asked: string[][] = []
    const confirms = async (...question: string[]) => {
      asked.push(question)
      return 'ann@example.com'
    }

    expect(await adapter.write(at, values, accessWith({person: {...nobody, confirms}}))).to.deep.equal({
      pending: false, release: null, stamp: 'confirmed by ann@example.com', wrote: true,
    })
    expect(asked).to.deep.equal([['manual:operators', 'tell #ops to pull the new token']])
  })

  it('stops where nobody confirms it, and tells how to go on', async function () {
    const error = await errorOf(RotationError, adapter.write(at, values, accessWith()))
    expect(error).to.include({code: 'ROTATE_MANUAL', exit: 'incomplete', happened: 'Waiting for you: tell #ops to pull the new token (operators)'})
    expect(error.next).to.deep.equal(['heroku authorizations:rotate:resume --done operators'])
  })

  it('asks for the token from before when the rotation is taken back', async function () {
    const error = await errorOf(RotationError, adapter.write(at, values, accessWith({isBack: true})))
    expect(error.happened).to.match(/rolled back.*old token.*tell #ops/)
  })

  it('asks again whenever it is written', async function () {
    let count = 0
    const confirms = async () => `person ${++count}`
    for (const stamp of ['confirmed by person 1', 'confirmed by person 2']) {
      expect(await adapter.write(at, values, accessWith({person: {...nobody, confirms}, resumed: true}))).to.include({stamp})
    }
  })

  it('lets an interrupt through', async function () {
    const confirms = () => Promise.reject(new Interrupted())
    expect(await failureOf(adapter.write(at, values, accessWith({person: {...nobody, confirms}})))).to.be.instanceOf(Interrupted)
  })

  it('holds nothing that could be read', async function () {
    const {byPerson, dynos, remarks, values: held} = await adapter.inspect(at, accessWith())
    expect([byPerson, dynos, remarks.length, held.size]).to.deep.equal([true, null, 1, 0])
    expect((await adapter.read(at, accessWith())).size).to.equal(0)
    expect(await adapter.stamp(at, accessWith())).to.equal(null)
    expect(adapter.keys(at)).to.deep.equal(['operators'])
    expect(adapter.locate(at, {directory: '/', home: '/'})).to.equal(at)
  })

  it('takes instructions of several lines', function () {
    const parse = (instructions: string, name = 'operators') => adapter.address.safeParse({instructions, kind: 'manual', name}).success
    expect(parse('one\ntwo\r\nthrée')).to.equal(true)
    expect(parse('')).to.equal(false)
    expect(parse('do it', 'two words')).to.equal(false)
  })
})
