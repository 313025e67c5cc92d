import {APIClient} from '@heroku-cli/command'
import {Config} from '@oclif/core/config'
import {expect} from 'chai'

import {makeContext} from '../../../../src/lib/cli/composition.js'
import {shows} from '../../../../src/lib/cli/decision.js'
import {doneTasks, refuseUnknownTask} from '../../../../src/lib/cli/flags/done.js'
import {operator} from '../../../../src/lib/cli/operator.js'
import {heroku, instead, Interrupted, RotationError} from '../../../../src/lib/errors.js'
import {Filter} from '../../../../src/lib/secrecy/filter.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {consumerOf, planOf} from '../../../support/plan.js'
import {sampleToken} from '../../../support/sample-token.js'
import {tempRoot} from '../../../support/temp-root.js'

type Changes = Partial<Parameters<typeof operator>[0]> & {done?: string[]}

function personWith({done = [], ...changes}: Changes = {}) {
  const events: string[] = []
  const person = operator({
    actor: async () => 'ann@example.com',
    async ask(question) {
      events.push(`ask ${question}`)
      return true
    },
    isInteractive: true,
    saidDone: doneTasks(done),
    onScreen: work => work(),
    tell(text) {
      events.push(`tell ${text.trim()}`)
    },
    ...changes,
  })
  return {events, person}
}

describe('the operator', function () {
  it('is told what to do and asked whether it is done', async function () {
    const {events, person} = personWith()
    expect(await person.confirms('manual:ops', 'call them')).to.equal('ann@example.com')
    expect(events).to.deep.equal(['tell ops: call them', 'ask Is ops done?'])
  })

  it('may say no', async function () {
    expect(await personWith({ask: async () => false}).person.confirms('manual:ops', 'call them')).to.equal(null)
  })

  it('is not asked where there is no terminal', async function () {
    const {events, person} = personWith({isInteractive: false})
    expect(await person.confirms('manual:ops', 'call them')).to.equal(null)
    expect(events).to.deep.equal([])
  })

  it('answers a question with yes or no, where there is a terminal', async function () {
    const {events, person} = personWith()
    expect(await person.agrees('Is that all?')).to.equal(true)
    expect(events).to.deep.equal(['ask Is that all?'])
    expect(await personWith({isInteractive: false}).person.agrees('Is that all?')).to.equal(null)
  })

  it('answers beforehand, by the name or by the whole id', async function () {
    for (const done of ['ops', 'manual:ops']) {
      const {events, person} = personWith({done: [done], isInteractive: false})
      expect(await person.confirms('manual:ops', 'call them')).to.equal('ann@example.com')
      expect(await person.confirms('manual:others', 'call them')).to.equal(null)
      expect(events).to.deep.equal([])
    }
  })

  it('keeps colons and slashes that are part of a name', async function () {
    const {person} = personWith({done: ['octo/app:KEY'], isInteractive: false})
    expect(await person.confirms('github-secret:octo/app:KEY', 'give it back')).to.equal('ann@example.com')
  })

  it('answers beforehand once: to take back what was done is another task', async function () {
    const {person} = personWith({done: ['ops'], isInteractive: false})
    expect(await person.confirms('manual:ops', 'call them')).to.equal('ann@example.com')
    expect(await person.confirms('manual:ops', 'call them again')).to.equal(null)
  })

  it('answers beforehand for one of two tasks of a name', async function () {
    const {person} = personWith({done: ['ops'], isInteractive: false})
    expect(await person.confirms('manual:ops', 'call them')).to.equal('ann@example.com')
    expect(await person.confirms('command:ops', 'take it out')).to.equal(null)
  })

  it('is asked one question at a time, in the order of the tasks', async function () {
    const answers: ((yes: boolean) => void)[] = []
    const {events, person} = personWith({
      ask: question => new Promise(resolve => {
        events.push(question)
        answers.push(resolve)
      }),
    })
    const all = ['a', 'b', 'c'].map(name => person.confirms(`manual:${name}`, 'do it'))
    const confirmed: (null | string)[] = []
    for (const [index, one] of all.entries()) {
      await new Promise(resolve => {
        setImmediate(resolve)
      })
      expect(answers).to.have.length(index + 1)
      answers[index]?.(index !== 1)
      confirmed.push(await one)
    }

    expect(confirmed).to.deep.equal(['ann@example.com', null, 'ann@example.com'])
    expect(events).to.deep.equal(['tell a: do it', 'Is a done?', 'tell b: do it', 'Is b done?', 'tell c: do it', 'Is c done?'])
  })

  it('is asked nothing more after an interrupt', async function () {
    let asked = 0
    const {person} = personWith({
      ask() {
        asked++
        return Promise.reject(new Interrupted())
      },
    })
    const all = await Promise.all(['a', 'b', 'c'].map(name => failureOf(person.confirms(`manual:${name}`, 'do it'))))
    expect(all.every(error => error instanceof Interrupted)).to.equal(true)
    expect(asked).to.equal(1)
  })

  it('is asked again after a failure that was not theirs', async function () {
    const failures = [new Error('no network')]
    const {person} = personWith({
      async actor() {
        const failure = failures.pop()
        if (failure) throw failure
        return 'ann@example.com'
      },
    })
    expect(await failureOf(person.confirms('manual:a', 'do it'))).to.be.instanceOf(Error)
    expect(await person.confirms('manual:a', 'do it')).to.equal('ann@example.com')
  })
})

describe('--done', function () {
  const byHand = consumerOf('operators', {address: {instructions: 'call them', kind: 'manual', name: 'operators'}, id: 'manual:operators', kind: 'manual'})
  const plans = [planOf({consumers: [byHand, consumerOf('example-app')]})]
  const refusing = (...done: string[]) => errorOf(RotationError, Promise.resolve().then(() => refuseUnknownTask(done, plans)))

  it('takes the name of a place, or its whole ID', function () {
    refuseUnknownTask(['operators', 'manual:operators', 'example-app'], plans)
    refuseUnknownTask(undefined, plans)
  })

  it('refuses a name that no place has', async function () {
    const meant = await refusing('operators', 'operator')
    expect([meant.happened, meant.steps]).to.deep.equal(['There is no manual step operator. Did you mean operators?', [instead('operator', 'operators')]])
    const other = await refusing('somebody-else')
    expect([other.happened, other.next]).to.deep.equal(['There is no manual step somebody-else.', ['--done operators']])
  })
})

describe('a command of the CLI, run from the decision menu,', function () {
  const root = tempRoot()

  async function seenBy(env: NodeJS.ProcessEnv, run: () => Promise<void> = async () => {}) {
    const seen: (string | undefined)[] = []
    const config = await Config.load(import.meta.dirname)
    const findCommand = () => ({
      load: async () => ({
        async run() {
          seen.push(env['HEROKU_API_KEY'])
          await run()
        },
      }),
    })
    Object.assign(config, {dataDir: root(), findCommand})
    const client = Object.assign(new APIClient(config), {getAuth: async () => sampleToken('session')})
    const {person} = personWith()
    const context = await makeContext({
      config, env, filter: new Filter(), heroku: client, onScreen: work => work(), person, report() {}, say() {}, signal: new AbortController().signal,
    })
    seen.push(env['HEROKU_API_KEY'])
    const isShown = await shows(config, heroku('releases:output', 'v4', '--app', 'example-app'), context.lend)
    return {isShown, seen: [...seen, env['HEROKU_API_KEY']]}
  }

  it('has the session of HEROKU_API_KEY, which nothing has before or after it', async function () {
    const session = sampleToken('session')
    expect(await seenBy({HEROKU_API_KEY: session})).to.deep.equal({isShown: true, seen: [undefined, session, undefined]})
    const failing = await seenBy({HEROKU_API_KEY: session}, () => Promise.reject(new Error('no such release')))
    expect(failing).to.deep.equal({isShown: false, seen: [undefined, session, undefined]})
  })

  it('reads a stored login by itself', async function () {
    expect((await seenBy({})).seen).to.deep.equal([undefined, undefined, undefined])
  })
})
