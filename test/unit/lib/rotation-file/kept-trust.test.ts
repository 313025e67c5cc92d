import {expect} from 'chai'
import {join} from 'node:path'

import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {isTrusted, revokeTrust, trust, trustedFiles} from '../../../../src/lib/rotation-file/trust.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {realDisk} from '../../../../src/lib/system/disk.js'
import {sampleToken} from '../../../support/sample-token.js'
import {tempRoot} from '../../../support/temp-root.js'

describe('the trust that is kept', function () {
  const root = tempRoot()
  const store = (seed: null | string) => ({disk: realDisk(() => 'a'), paths: pathsBelow(root()), session: seed === null ? null : new Secret(sampleToken(seed))})
  const file = (digest = 'one') => ({absolute: join(root(), 'rotation.yml'), digest, files: [], path: 'rotation.yml', programs: [], reaches: []})

  it('is of the session that signed it alone', async function () {
    await trust(file(), 0, store('mine'))
    expect(await isTrusted(file(), store('mine'))).to.equal(true)
    expect(await isTrusted(file(), store('other'))).to.equal(false)
    expect(await isTrusted(file(), store(null))).to.equal(false)
  })

  it('is not what somebody writes there, without a signature or with that of another entry', async function () {
    await trust(file('two'), 0, store('mine'))
    const [other] = await trustedFiles(store('mine'))
    await trust(file(), 0, store('other'))
    const {disk, paths} = store(null)
    const forged = JSON.parse((await disk.read(paths.trust)) ?? '')
    for (const signature of [undefined, other?.signature]) {
      await disk.replace(paths.trust, JSON.stringify({...forged, files: [{...forged.files[0], signature}]}))
      expect(await isTrusted(file(), store('mine'))).to.equal(false)
    }
  })

  it('is taken back by any session', async function () {
    await trust(file(), 0, store('mine'))
    expect(await revokeTrust(file().absolute, store(null))).to.equal(true)
    expect(await trustedFiles(store('mine'))).to.deep.equal([])
  })
})
