import {join} from 'node:path'

import {rotationsIn} from '../../src/lib/cli/request.js'
import {pathsBelow} from '../../src/lib/journal/paths.js'
import {trust} from '../../src/lib/rotation-file/trust.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {realDisk} from '../../src/lib/system/disk.js'

/** Trusts a rotation file on the machine whose home this is, as `authorizations:rotate:trust` does. */
export async function trustFile(file: string, home: string, session: string): Promise<void> {
  const store = {disk: realDisk(() => 'trust'), paths: pathsBelow(join(home, '.local/share/heroku')), session: new Secret(session)}
  const [{trusting = null} = {}] = await rotationsIn(file, {given: undefined, store})
  if (trusting) await trust(trusting, Date.now(), store)
}
