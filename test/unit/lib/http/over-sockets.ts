import nock from 'nock'
import {syncBuiltinESMExports} from 'node:module'

/** nock puts its own sockets in the place of real ones, also for files that do not use it. */
export function overSockets(): void {
  before('gives the real sockets back', function () {
    nock.restore()
    syncBuiltinESMExports()
  })

  after('lets nock have them', function () {
    nock.activate()
    syncBuiltinESMExports()
  })
}
