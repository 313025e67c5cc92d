import {expect} from 'chai'

import {tokenOf} from '../../sandbox/sandbox.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, KEY, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const OTHER = 'other-token'

describe('preflight', function () {
  const root = tempRoot()

  describe('of a rotation whose process died before it ended', function () {
    /** Both values fit what Heroku shows of the outgoing token; the person has said that it is the one of example-app. */
    async function chosen() {
      const made = scene(root(), [holder('example-app'), {config: {[KEY]: tokenOf(OTHER)}, name: 'example-console'}], {
        authorizations: [{description: CREDENTIAL}, {description: OTHER}], sharedPrefix: true, switches: {redactSuffix: false},
      })
      const questions: string[] = []
      const request = requestOf(['example-app', 'example-console'], {
        looking: {
          allowed: [],
          allowedUnread: [],
          async ask(_, candidates) {
            questions.push(...candidates.map(({fingerprint}) => fingerprint))
            return candidates.find(({places}) => places.some(place => place.includes('example-app')))?.fingerprint ?? ''
          },
          given: null,
          mode: 'refuse',
        },
      })
      const dying = made.process()
      const {plan} = await begin(dying.context, request)
      dying.kill()
      expect(questions, 'the person was asked').to.have.length(2)
      return {...made, plan}
    }

    it('knows the outgoing token by the plan, and does not ask again which of two values it is', async function () {
      const {plan, process, sandbox} = await chosen()
      const {tokens} = await resume(process().context)
      expect(tokens.outgoing?.fingerprint).to.equal(plan.outgoing.fingerprint)
      expect(alive(sandbox)).to.have.members([INCOMING, OTHER])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('gives each consumer back what it held', async function () {
      const {process, sandbox} = await chosen()
      await carryOut(await found(process().context), rotation => advance(rotation, 'drain'))
      await carryOut(await found(process().context), rollBack)
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': OTHER})
      expect(alive(sandbox)).to.have.members([CREDENTIAL, OTHER])
    })
  })
})
