import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** In memory where there is such a place: every journal line is synced. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A directory for each test of the suite that calls this, gone after it. */
export function tempRoot(): () => string {
  let root = ''
  beforeEach('makes a temporary directory', async function () {
    root = await mkdtemp(join(parent, 'rotate-test-'))
  })

  afterEach('removes it', async function () {
    await rm(root, {force: true, recursive: true})
  })

  return () => root
}
