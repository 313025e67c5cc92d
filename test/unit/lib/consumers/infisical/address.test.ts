import {expect} from 'chai'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {siteOf} from '../../../../../src/lib/consumers/infisical/address.js'
import {RotationError} from '../../../../../src/lib/errors.js'

const least = {environment: 'prod', kind: 'infisical', project: 'example-project'}
const parse = (more: Record<string, unknown> = {}) => adapter.address.parse({...least, ...more})

describe('address of an Infisical secret', function () {
  it('is HEROKU_API_KEY of the root folder when not told otherwise', function () {
    expect(parse()).to.deep.equal({...least, path: '/', secret: 'HEROKU_API_KEY'})
  })

  it('reads as project, environment, path and secret', function () {
    expect(adapter.id(parse())).to.equal('infisical:example-project/prod:HEROKU_API_KEY')
    expect(adapter.id(parse({path: '/ops/heroku', secret: 'TOKEN'}))).to.equal('infisical:example-project/prod/ops/heroku:TOKEN')
    expect(adapter.keys(parse({secret: 'TOKEN'}))).to.deep.equal(['TOKEN'])
  })

  it('reads with the site where that is not the US cloud, so that two sites are two secrets', function () {
    expect(adapter.id(parse({site: 'https://app.infisical.com/'}))).to.equal(adapter.id(parse()))
    expect(adapter.id(parse({site: 'https://vault.example.com/api/'}))).to.equal('infisical:example-project/prod:HEROKU_API_KEY@vault.example.com')
    const sites = ['https://vault.example.com', 'https://example.com/infisical', 'http://localhost:8080', 'http://localhost:8081']
    expect(new Set(sites.map(site => adapter.id(parse({site}))))).to.have.property('size', sites.length)
  })

  for (const site of ['https://vault.example.com', 'https://example.com/infisical', 'http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
    it(`accepts the site ${site}`, function () {
      expect(parse({site}).site).to.equal(site)
    })
  }

  for (const [site, why] of [
    ['http://vault.example.com', 'it is not encrypted'],
    ['http://127.0.0.1.example.com', 'it is not this machine'],
    ['https://user@vault.example.com', 'it names a user'],
    ['https://vault.example.com/?a=b', 'it has a query'],
    ['ftp://vault.example.com', 'it is not the web'],
  ] as const) {
    it(`refuses the site ${site}, because ${why}`, function () {
      expect(adapter.address.safeParse({...least, site}).success).to.equal(false)
    })
  }

  for (const more of [{path: 'heroku'}, {path: '/heroku/'}, {project: 'a/b'}, {environment: ''}, {secret: 'A:B'}, {token: 'x'}]) {
    it(`refuses ${JSON.stringify(more)}`, function () {
      expect(adapter.address.safeParse({...least, ...more}).success).to.equal(false)
    })
  }

  it('is on the site of the file, else of INFISICAL_DOMAIN, else of INFISICAL_API_URL, else on the US cloud', function () {
    const both = {INFISICAL_API_URL: 'https://old.example.com/api', INFISICAL_DOMAIN: 'https://new.example.com/api/'}
    expect(siteOf(parse({site: 'https://file.example.com'}), both)).to.equal('https://file.example.com')
    expect(siteOf(parse(), both)).to.equal('https://new.example.com')
    expect(siteOf(parse(), {INFISICAL_API_URL: both.INFISICAL_API_URL})).to.equal('https://old.example.com')
    expect(siteOf(parse(), {INFISICAL_DOMAIN: ''})).to.equal('https://app.infisical.com')
  })

  it('refuses a domain of the environment that would take the token in the clear', function () {
    expect(() => siteOf(parse(), {INFISICAL_DOMAIN: 'http://vault.example.com'})).to.throw(RotationError, 'INFISICAL_DOMAIN is not an https address')
  })
})
