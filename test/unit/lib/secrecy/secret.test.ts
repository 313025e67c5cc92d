import {expect} from 'chai'
import {Console} from 'node:console'
import {PassThrough} from 'node:stream'
import {format, inspect, types} from 'node:util'
import {deserialize, serialize} from 'node:v8'

import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {HEROKU_TOKEN} from '../../../../src/lib/secrecy/shapes.js'
import {sampleToken} from '../../../support/sample-token.js'
import {formsOf} from '../../../support/token-forms.js'

function throughConsole(...values: unknown[]): string {
  const stream = new PassThrough()
  const terminal = new Console({stderr: stream, stdout: stream})
  terminal.log(...values)
  terminal.error(...values)
  terminal.dir(values, {depth: null, showHidden: true})
  terminal.table(values)
  const text: unknown = stream.read()
  return String(text)
}

const deep = {colors: true, customInspect: true, depth: Infinity, getters: true, showHidden: true, showProxy: true}

const printings: Record<string, (secret: Secret) => unknown> = {
  'a template': secret => `token ${secret}`,
  String,
  'a concatenation': secret => 'token ' + secret,
  'a concatenation of arrays': secret => ['token'] + ',' + [secret],
  'its own valueOf': secret => secret.valueOf(),
  'its own toString': secret => secret.toString(),
  'its own toLocaleString': secret => Object.prototype.toLocaleString.call(secret),
  'Object.prototype.toString': secret => Object.prototype.toString.call(secret),
  'Symbol.toPrimitive as a string': secret => secret[Symbol.toPrimitive](),
  'a number': Number,
  'a property name': secret => Object.keys({[String(secret)]: 1}),
  'the join of an array': secret => [secret, secret].join(' '),
  'JSON.stringify': secret => JSON.stringify(secret),
  'JSON.stringify of what holds it': secret => JSON.stringify({list: [{secret}], secret}, null, 2),
  'JSON.stringify with a replacer': secret => JSON.stringify({secret}, (_key, value: unknown) => value),
  inspect: secret => inspect(secret),
  'inspect of everything hidden': secret => inspect({list: [secret], secret}, deep),
  'inspect without the custom one': secret => inspect(secret, {...deep, customInspect: false}),
  'inspect of a map': secret => inspect(new Map([[secret, secret]]), deep),
  'inspect of a set': secret => inspect(new Set([secret]), deep),
  'inspect of a proxy': secret => inspect(new Proxy(secret, {}), deep),
  'inspect of a frozen one': secret => inspect(Object.freeze(secret), deep),
  'format %s': secret => format('%s', secret),
  'format %o': secret => format('%o', secret),
  'format %O': secret => format('%O', secret),
  'format %j': secret => format('%j', {secret}),
  'format %d': secret => format('%d', secret),
  'format without a placeholder': secret => format('token', secret, {secret}),
  'a console': secret => throughConsole(secret, {secret}),
  'Object.entries': secret => inspect(Object.entries(secret), deep),
  'Object.keys': secret => Object.keys(secret).join(' '),
  'own property names': secret => [...Object.getOwnPropertyNames(secret), ...Reflect.ownKeys(secret).map(String)].join(' '),
  'a spread': secret => inspect({...secret}, deep),
  'Object.assign': secret => JSON.stringify({...secret}),
  'for…in'(secret) {
    const names: string[] = []
    for (const name in secret) if (Object.hasOwn(secret, name)) names.push(name)
    return names.join(' ')
  },
  'the message of an error': secret => inspect(new Error(`failed with ${secret}`), deep),
  'a property of an error': secret => inspect(Object.assign(new Error('failed'), {secret}), deep),
  'the cause of an error': secret => inspect(new Error('failed', {cause: secret}), deep),
  'an aggregate of errors': secret => inspect(new AggregateError([secret], 'failed'), deep),
  structuredClone: secret => inspect(structuredClone({secret}), deep),
  'v8.serialize': secret => Buffer.concat([serialize({secret}), Buffer.from(inspect(deserialize(serialize(secret)), deep))]).toString('latin1'),
  'a URL': secret => new URL(`https://example.com/?token=${secret}`).href,
  'URL parameters': secret => new URLSearchParams({token: String(secret)}).toString(),
  headers: secret => [...new Headers({authorization: `Bearer ${secret}`})].join(' '),
  base64: secret => Buffer.from(String(secret)).toString('base64'),
  'a date': secret => String(new Date(String(secret))),
  'its fingerprint': secret => secret.fingerprint,
}

describe('Secret', function () {
  const value = sampleToken('secret')

  for (const [way, print] of Object.entries(printings)) {
    it(`is not printed by ${way}`, function () {
      const printed = String(print(new Secret(value)))
      for (const form of formsOf(value)) expect(printed).not.to.include(form)
    })
  }

  it('says that it is one where it stands', function () {
    const secret = new Secret(value)
    expect([`${secret}`, JSON.stringify({secret}), inspect({secret})]).to.deep.equal(['[secret]', '{"secret":"[secret]"}', '{ secret: [secret] }'])
  })

  it('has no property that holds the value, not even a hidden one', function () {
    const secret = new Secret(value)
    expect(Reflect.ownKeys(secret)).to.deep.equal([])
    expect(types.isProxy(secret)).to.equal(false)
  })

  it('gives the value to the function that exposes it, and answers what that one does', function () {
    expect(new Secret(value).expose(text => text.length)).to.equal(value.length)
    expect(new Secret(value).expose(text => text)).to.equal(value)
  })

  it('equals one of the same value only', function () {
    const secret = new Secret(value)
    expect(secret.equals(new Secret(value))).to.equal(true)
    for (const other of [value.slice(1), `${value}x`, sampleToken('another'), '']) expect(secret.equals(new Secret(other)), other.slice(0, 2)).to.equal(false)
    expect(secret.equals(null)).to.equal(false)
    expect(secret.equals(undefined)).to.equal(false)
  })

  it('compares bytes, so that values of other lengths in UTF-8 do not fail', function () {
    expect(new Secret('é').equals(new Secret('e'))).to.equal(false)
    expect(new Secret('é').equals(new Secret('é'))).to.equal(true)
  })

  it('has a fingerprint that is the same for the same value, of 12 hex digits', function () {
    expect(new Secret(value).fingerprint).to.equal(new Secret(value).fingerprint).and.match(/^[\da-f]{12}$/)
    expect(new Secret(value).fingerprint).not.to.equal(new Secret(sampleToken('another')).fingerprint)
  })

  it('tells of its shape as a whole, and of the parts that have one', function () {
    const [one, other] = [sampleToken('one'), sampleToken('other')]
    const url = new Secret(`https://x:${one}@example.com/?a=${other}&b=${one}`)
    expect([new Secret(one).matches(HEROKU_TOKEN), url.matches(HEROKU_TOKEN), new Secret(`${one}\n`).matches(HEROKU_TOKEN)]).to.deep.equal([true, false, false])
    const parts = url.parts(HEROKU_TOKEN)
    expect(parts.map(part => part.expose(text => text))).to.deep.equal([one, other])
    expect(new Secret('nothing').parts(HEROKU_TOKEN)).to.deep.equal([])
    expect([url.includes(new Secret(one)), url.includes(new Secret('')), new Secret(one).includes(url)]).to.deep.equal([true, false, false])
  })

  it('knows whether there is anything in it', function () {
    expect([new Secret('').isEmpty, new Secret(' ').isEmpty]).to.deep.equal([true, false])
  })
})
