/** What every kind of consumer keeps to. A kind says how its place looks from outside, and adds one line to run this. */
import {expect} from 'chai'

import type {Access, Holding as Inspected, Values} from '../../src/lib/consumers/adapter.js'
import type {Consumer} from '../../src/lib/consumers/registry.js'

import {Secret} from '../../src/lib/secrecy/secret.js'
import {failureOf} from '../support/failure.js'
import {everythingIn, leaked} from '../support/leaks.js'
import {sampleToken} from '../support/sample-token.js'

type Held = Readonly<Record<string, null | string>>

/** A consumer, and the outside world that it writes to. */
export type Place = {
  access: Access
  close?(): Promise<void>
  consumer: Consumer
  /** What it holds, asked past the adapter; null where a key is not set. */
  held(): Held | Promise<Held>
  /** Ctrl-C. */
  interrupt(): void
  /** Somebody else's values, which are none of our business. */
  others(): Held | Promise<Held>
  /** Lets what was started come to its end. */
  rest(): Promise<void>
  /** A later process of the same rotation. */
  resumed(): Access
  /** What the processes there run with; empty where the kind has none. */
  running(): Held[]
  /** Until it has been asked and does not answer, where that does not go by the clock. */
  silence?(): Promise<void>
  /** From now on this goes wrong, that many times. */
  trouble(what: string, times: number): Promise<void> | void
  /** How often something was done that was meant to change it. */
  writes(): number
}

type Holding = 'nothing' | 'something'

export type Contract = {
  /** What it may hold before a rotation; one that has to hold something is refused otherwise. */
  holdings?: readonly Holding[]
  /** Whether what it holds can be read back. */
  isReadable: boolean
  kind: string
  /** What stays until somebody does something about it. */
  lasting: readonly string[]
  place(holding: Holding): Place | Promise<Place>
  /** What the adapter gets over by itself. */
  passing: readonly string[]
  where?: string
}

const FOR_GOOD = 10_000

/** With what the tokens tell, where the place has them. */
async function inspect({access, consumer}: Place): Promise<Inspected> {
  const holding = await consumer.inspect(access)
  return {...holding, ...(access.tokens ? holding.knowing?.(access.tokens) : {})}
}

export function adapterContract({holdings = ['something', 'nothing'], isReadable, kind, lasting, passing, where = '', ...contract}: Contract): void {
  const incoming = sampleToken(`incoming of ${kind}`)
  const everywhere = ({consumer}: Place): Values => new Map(consumer.keys.map(key => [key, new Secret(incoming)]))
  const incomingEverywhere = ({consumer}: Place): Held => Object.fromEntries(consumer.keys.map(key => [key, incoming]))
  const exposed = (values: Values): Held => Object.fromEntries([...values].map(([key, value]) => [key, value && value.expose(text => text)]))
  const valuesOf = (held: Held): Values => new Map(Object.entries(held).map(([key, value]) => [key, value === null ? null : new Secret(value)]))

  async function put(place: Place, values = everywhere(place), access = place.access) {
    const evidence = await place.consumer.write(values, access)
    await place.consumer.settle(evidence, access)
    expect(leaked(everythingIn(evidence), [incoming])).to.deep.equal([])
    return evidence
  }

  describe(`the adapter ${kind} ${where}`.trimEnd(), function () {
    const open: Place[] = []

    const told: string[] = []

    async function make(holding: Holding = 'something'): Promise<Place> {
      const place = await contract.place(holding)
      const heard = (access: Access): Access => ({
        ...access,
        progress(detail) {
          told.push(detail)
          access.progress(detail)
        },
      })
      const made = {...place, access: heard(place.access), resumed: () => heard(place.resumed())}
      open.push(made)
      return made
    }

    afterEach('closes the places, none of which has told a value', async function () {
      const secrets: (null | string)[] = [incoming]
      for (const place of open.splice(0)) {
        secrets.push(...Object.values(await place.held()), ...Object.values(await place.others()))
        await place.close?.()
      }

      expect(leaked(told.splice(0).join('\n'), secrets.filter(value => value !== null))).to.deep.equal([])
    })

    it('has an id of its kind, and the keys that it was given', async function () {
      const {consumer, held} = await make()
      expect(consumer.kind).to.equal(kind)
      expect(consumer.id).to.match(new RegExp(`^${kind}:.+`))
      expect(consumer.keys).to.have.members(Object.keys(await held()))
    })

    for (const holding of holdings) {
      describe(`where it holds ${holding}`, function () {
        it('only reads when it inspects', async function () {
          const place = await make(holding)
          const before = await place.held()
          const {remarks, warnings = []} = await inspect(place)
          expect(place.writes()).to.equal(0)
          expect(await place.held()).to.deep.equal(before)
          expect(leaked([...remarks, ...warnings].join('\n'), Object.values(before).filter(value => value !== null))).to.deep.equal([])
        })

        it('tells what every key holds, an absent one as null, one that cannot be read not at all', async function () {
          const place = await make(holding)
          const held = await place.held()
          const {dynos, values} = await inspect(place)
          if (isReadable) expect(exposed(values)).to.deep.equal(held)
          else for (const value of values.values()) expect(value).to.equal(null)
          expect(dynos ?? 0).to.equal(place.running().length)
          expect(exposed(await place.consumer.read(place.access))).to.deep.equal(exposed(values))
        })

        it('gives every key the value, and leaves what is not ours', async function () {
          const place = await make(holding)
          const others = await place.others()
          expect((await put(place)).wrote).to.equal(true)
          expect(await place.held()).to.deep.equal(incomingEverywhere(place))
          expect(await place.others()).to.deep.equal(others)
          for (const running of place.running()) expect(running).to.deep.equal(incomingEverywhere(place))
        })

        it('gives back what was held, absent keys as absent', async function () {
          const place = await make(holding)
          const before = await place.held()
          await put(place)
          await put(place, valuesOf(before), {...place.access, isBack: true})
          expect(await place.held()).to.deep.equal(before)
        })

        it('can be written again, to the same end', async function () {
          const place = await make(holding)
          const {release} = await put(place)
          const writes = place.writes()
          for (const access of [place.access, place.resumed()]) {
            const evidence = await put(place, everywhere(place), access)
            expect(evidence.release).to.equal(release)
            if (isReadable) expect(evidence.wrote).to.equal(false)
          }

          if (isReadable) expect(place.writes()).to.equal(writes)
          expect(await place.held()).to.deep.equal(incomingEverywhere(place))
        })

        it('knows its own latest write by its stamp, where it has one', async function () {
          const place = await make(holding)
          const {stamp} = await put(place)
          const latest = await place.consumer.stamp(place.access)
          if (latest !== null) expect(latest).to.equal(stamp)
        })
      })
    }

    if (isReadable) {
      it('writes nothing to give back what is held', async function () {
        const place = await make()
        const {values} = await inspect(place)
        expect((await put(place, values)).wrote).to.equal(false)
        expect(place.writes()).to.equal(0)
      })

      it('does not write again what a process that died has written and what has not taken effect yet', async function () {
        const place = await make()
        await place.consumer.write(everywhere(place), place.access)
        const writes = place.writes()
        await put(place, everywhere(place), place.resumed())
        expect(place.writes()).to.equal(writes)
        expect(await place.held()).to.deep.equal(incomingEverywhere(place))
      })
    }

    for (const what of passing) {
      it(`gets over ${what}`, async function () {
        const place = await make()
        await place.trouble(what, 1)
        await place.consumer.inspect(place.access)
        await place.trouble(what, 1)
        await put(place)
        expect(await place.held()).to.deep.equal(incomingEverywhere(place))
      })
    }

    for (const what of lasting) {
      it(`fails when this lasts: ${what}; then holds a whole value, shows none, and can be written again`, async function () {
        const place = await make()
        const before = await place.held()
        const secrets = [incoming, ...[...Object.values(before), ...Object.values(await place.others())].filter(value => value !== null)]
        await place.trouble(what, FOR_GOOD)
        expect(leaked(everythingIn(await failureOf(put(place))), secrets)).to.deep.equal([])
        await place.rest()
        await place.trouble(what, 0)
        expect(await place.held()).to.be.deep.oneOf([before, incomingEverywhere(place)])
        await put(place, everywhere(place), place.resumed())
        expect(await place.held()).to.deep.equal(incomingEverywhere(place))
      })
    }

    describe('interrupted', function () {
      it('changes nothing more', async function () {
        const place = await make()
        const before = await place.held()
        place.interrupt()
        await failureOf(put(place))
        expect(place.writes()).to.equal(0)
        expect(await place.held()).to.deep.equal(before)
      })

      if (lasting.includes('hang')) {
        it('ends while nobody answers, and holds a whole value', async function () {
          const place = await make()
          const before = await place.held()
          await place.trouble('hang', FOR_GOOD)
          const failing = failureOf(put(place))
          await (place.silence?.() ?? place.access.clock.sleep(100))
          place.interrupt()
          expect(await failing).to.equal(place.access.signal.reason)
          await place.trouble('hang', 0)
          expect(await place.held()).to.be.deep.oneOf([before, incomingEverywhere(place)])
        })
      }

      it('ends the wait for what runs there', async function () {
        const place = await make()
        const {clock, signal} = place.access
        const evidence = await place.consumer.write(everywhere(place), place.access)
        if (place.running().length === 0) return
        const began = clock.now()
        const settling = failureOf(place.consumer.settle(evidence, place.access))
        await clock.sleep(100)
        place.interrupt()
        expect(await settling).to.equal(signal.reason)
        expect(clock.now() - began).to.equal(100)
      })
    })
  })
}
