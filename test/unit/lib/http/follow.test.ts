import {expect} from 'chai'

import type {Fetch} from '../../../../src/lib/ports.js'

import {MOST} from '../../../../src/lib/http/call.js'
import {follow, NotFollowed} from '../../../../src/lib/http/follow.js'
import {errorOf} from '../../../support/failure.js'

type Asked = {headers: Record<string, string>; method: string | undefined; url: string}
type Step = {location?: string; status: number}

const HEADERS = {Authorization: 'x', Cookie: 'y', 'x-check': 'z'}

function way(steps: Record<string, Step>, changes: {follows?: boolean; method?: string; refused?: string} = {}) {
  const asked: Asked[] = []
  const fetch: Fetch = async (url, {headers, method}) => {
    asked.push({headers: Object.fromEntries(new Headers(headers)), method, url})
    const {location, status} = steps[url] ?? {status: 200}
    return new Response(null, {headers: location === undefined ? {} : {location}, status})
  }

  const followed = follow(fetch, 'https://a.test/one', {headers: HEADERS, method: changes.method ?? 'GET', signal: new AbortController().signal}, {
    async allows(url) {
      if (url === changes.refused) throw new RangeError(url)
    },
    follows: changes.follows ?? true,
    most: MOST.page,
  })
  return {asked, followed}
}

describe('redirects that are followed by hand', function () {
  it('end at the answer that is none', async function () {
    const {asked, followed} = way({'https://a.test/one': {location: '/two?x=1', status: 302}, 'https://a.test/two?x=1': {location: 'three', status: 307}})
    expect(await followed).to.include({status: 200, url: 'https://a.test/three'})
    expect(asked.map(({url}) => url)).to.deep.equal(['https://a.test/one', 'https://a.test/two?x=1', 'https://a.test/three'])
    for (const {headers} of asked) expect(headers).to.deep.equal({authorization: 'x', cookie: 'y', 'x-check': 'z'})
  })

  it('take no login to another origin', async function () {
    const {asked, followed} = way({'https://a.test/one': {location: 'https://b.test/', status: 302}, 'https://b.test/': {location: 'https://a.test/back', status: 302}})
    await followed
    expect(asked.slice(1).map(({headers}) => headers)).to.deep.equal([{'x-check': 'z'}, {'x-check': 'z'}])
  })

  for (const [status, method] of [[301, 'GET'], [302, 'GET'], [303, 'GET'], [307, 'POST'], [308, 'POST']] as const) {
    it(`${status === 307 || status === 308 ? 'keep' : 'turn'} a POST after ${status}`, async function () {
      const {asked, followed} = way({'https://a.test/one': {location: '/two', status}}, {method: 'POST'})
      await followed
      expect(asked[1]?.method).to.equal(method)
    })
  }

  it('are looked at before they are asked', async function () {
    const {asked, followed} = way({'https://a.test/one': {location: 'http://127.0.0.1/', status: 302}}, {refused: 'http://127.0.0.1/'})
    await errorOf(RangeError, followed)
    expect(asked).to.have.length(1)
  })

  it('are answers where they are not to be followed, or name no place', async function () {
    expect(await way({'https://a.test/one': {location: '/two', status: 302}}, {follows: false}).followed).to.include({status: 302, url: 'https://a.test/one'})
    expect(await way({'https://a.test/one': {status: 302}}).followed).to.include({status: 302})
    expect(await way({'https://a.test/one': {location: '/two', status: 201}}).followed).to.include({status: 201})
  })

  for (const location of ['file:///etc/passwd', 'data:,x', 'http://', '/one']) {
    it(`end in an error at ${location}`, async function () {
      const {asked, followed} = way({'https://a.test/one': {location, status: 302}})
      await errorOf(NotFollowed, followed)
      expect(asked.length).to.be.below(25)
    })
  }
})
