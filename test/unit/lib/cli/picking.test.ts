import {expect} from 'chai'

import type {Usage} from '../../../../src/lib/inventory/usage.js'

import {canaryAmong, choicesOf} from '../../../../src/lib/cli/picking.js'
import {sayingOf} from '../../../../src/lib/credentials/outgoing.js'

const NOW = Date.parse('2026-06-01T00:00:00Z')

function usage(description: string, apps: string[] = [], changes: Partial<Usage['authorization']> = {}): Usage {
  const authorization = {
    client: null, createdAt: '2026-03-03T00:00:00Z', description, expiresIn: null, id: `${description}-id`, scope: ['global'], token: null, updatedAt: '2026-03-03T00:00:00Z', userId: 'u', ...changes,
  }
  return {authorization, maybe: [], used: apps.map(app => ({aliases: [], app, keys: [], name: app}))}
}

describe('choicesOf', function () {
  const textsOf = (all: Usage[], columns = 200) => choicesOf(all, {columns, now: NOW}).map(({name}) => name)

  it('lines up description, age, scope and use', function () {
    expect(textsOf([usage('deploys', ['a', 'b']), usage('x', [], {createdAt: '2026-05-31T12:00:00Z', scope: ['read', 'write']})])).to.deep.equal([
      'deploys  90 days old   global      used by 2 apps',
      'x        12 hours old  read,write  used by no app',
    ])
  })

  it('tells stages of pipelines, and apps that are not certain', function () {
    const stage = {aliases: [], app: null, keys: [], name: 'example/review'}
    expect(textsOf([{...usage('x'), used: [stage]}])[0]).to.match(/used by 1 pipeline stage$/)
    expect(textsOf([{...usage('x', ['a']), maybe: ['b'], used: [...usage('x', ['a']).used, stage]}])[0]).to.match(/used by 1 app and 1 pipeline stage, perhaps by 1 more$/)
  })

  it('tells two of one description by the beginnings of their IDs', function () {
    expect(textsOf([usage('x', [], {id: '01234567-89'}), usage('x', [], {id: '89abcdef-01'})]).map(text => text.split('  ')[0])).to.deep.equal(['x (01234567)', 'x (89abcdef)'])
  })

  it('keeps a choice on one line, and shows nothing that a terminal would obey', function () {
    expect(textsOf([usage('a'.repeat(90))], 60)[0]).to.have.length(56)
    expect(textsOf([usage('a\u001B[2Jb')])[0]).not.to.include('\u001B')
  })
})

describe('canaryAmong', function () {
  it('proposes what is named as a place for trials, or else the first app', function () {
    expect(canaryAmong(['example-app', 'example-app-staging'])).to.deep.equal({app: 'example-app-staging', isLikely: true})
    expect(canaryAmong(['example-app', 'qa-2'])).to.deep.equal({app: 'qa-2', isLikely: true})
    expect(canaryAmong(['attestation', 'developers'])).to.deep.equal({app: 'attestation', isLikely: false})
  })

  it('proposes none where one app uses it, or none', function () {
    expect([canaryAmong(['staging']), canaryAmong([])]).to.deep.equal([null, null])
  })
})

describe('sayingOf', function () {
  const named = (at: number, ...all: Usage[]) => {
    const authorizations = all.map(({authorization}) => authorization)
    return authorizations[at] && sayingOf(authorizations, authorizations[at])
  }

  it('names the newest issue by its credential, and any other by its ID', function () {
    const [older, newer] = [usage('x-2026-01-01'), usage('x-2026-04-01')]
    expect([named(0, older, newer), named(1, older, newer)]).to.deep.equal([{id: 'x-2026-01-01-id'}, {description: 'x'}])
  })

  it('names what has no name of its own by its ID', function () {
    const twins = [usage('x', [], {id: 'one'}), usage('x', [], {id: 'two'})]
    expect(named(0, ...twins)).to.deep.equal({id: 'one'})
    expect(named(0, usage('Long-lived user authorization', [], {id: 'one'}))).to.deep.equal({id: 'one'})
  })
})
