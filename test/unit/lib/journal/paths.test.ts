import {expect} from 'chai'
import {basename, dirname, join, relative, sep} from 'node:path'

import {lockName, pathsBelow} from '../../../../src/lib/journal/paths.js'

const root = join('data', 'heroku')
const paths = pathsBelow(root)

describe('pathsBelow', function () {
  it('puts everything into one directory of the CLI', function () {
    const all = [paths.auditHead, paths.auditLog, paths.journal('k7m2pq9xtz'), paths.lock('example-token', 3), paths.locks, paths.rotations, paths.sealed('k7m2pq9xtz')]
    for (const path of all) expect(relative(root, path).split(sep)[0]).to.equal('authorizations-rotate')
    expect(new Set(all).size).to.equal(all.length)
  })

  it('puts the journal and the sealed tokens of a rotation beside each other', function () {
    expect(dirname(paths.journal('a'))).to.equal(paths.rotations)
    expect(dirname(paths.sealed('a'))).to.equal(paths.rotations)
  })

  it('keeps the audit log apart: it outlives every journal', function () {
    expect(dirname(paths.auditLog)).not.to.equal(paths.rotations)
  })

  for (const name of ['example token', '../../etc/passwd', 'a/b', String.raw`a\b`, 'ü 你好', '', 'x'.repeat(10_000), 'con', 'a\0b']) {
    it(`makes a file name of the credential ${JSON.stringify(name.slice(0, 20))}`, function () {
      expect(basename(paths.lock(name, 12))).to.match(/^[\da-f]{24}\.12$/)
      expect(dirname(paths.lock(name, 12))).to.equal(paths.locks)
    })
  }

  it('gives two credentials two names, however alike', function () {
    expect(lockName('example-token')).not.to.equal(lockName('Example-token'))
    expect(lockName('example-token')).to.equal(lockName('example-token'))
  })
})
