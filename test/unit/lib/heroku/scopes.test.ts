import {expect} from 'chai'

import {canManageAuthorizations, canReadAccount, canReadApps, canReadConfig, sameScope} from '../../../../src/lib/heroku/scopes.js'

/** After the scope designer's articles: account, apps, config vars, authorizations. */
const table: [scope: string[], account: boolean, apps: boolean, config: boolean, authorizations: boolean][] = [
  [['global'], true, true, true, true],
  [['identity'], true, false, false, false],
  [['read'], false, true, false, false],
  [['write'], false, true, false, false],
  [['read-protected'], false, true, true, false],
  [['write-protected'], false, true, true, false],
  [['identity', 'write-protected'], true, true, true, false],
  [['apps:*.read'], false, false, false, false],
  [['Global', ''], false, false, false, false],
  [[], false, false, false, false],
]

describe('scopes', function () {
  for (const [scope, account, apps, config, authorizations] of table) {
    it(`knows what ${scope.join(',') || 'no scope'} may do`, function () {
      expect([canReadAccount(scope), canReadApps(scope), canReadConfig(scope), canManageAuthorizations(scope)]).to.deep.equal([account, apps, config, authorizations])
    })
  }

  it('are the same in any order and however often one is named', function () {
    expect(sameScope(['read', 'write'], ['write', 'read'])).to.equal(true)
    expect(sameScope(['read', 'read'], ['read'])).to.equal(true)
    expect(sameScope(['read'], ['read', 'read'])).to.equal(true)
    expect(sameScope([], [])).to.equal(true)
  })

  it('are others where one is missing or more', function () {
    expect(sameScope(['read'], ['write'])).to.equal(false)
    expect(sameScope(['read'], ['read', 'write'])).to.equal(false)
    expect(sameScope(['read', 'write'], ['read'])).to.equal(false)
    expect(sameScope(['global'], [])).to.equal(false)
  })
})
