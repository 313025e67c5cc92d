import {expect} from 'chai'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'

import {appendAudit, type AuditEntry, readAudit} from '../../../../src/lib/audit/audit-log.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {realDisk} from '../../../../src/lib/system/disk.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {seededRandom} from '../../../support/in-process.js'
import {tempRoot} from '../../../support/temp-root.js'

const entry = (rotation: string): AuditEntry => ({
  action: 'secret.rotate.completed',
  actor: 'operator@example.com',
  context: {method: 'operator-assisted', new_authorization_id: 'new', old_authorization_id: 'old', secret_name: 'HEROKU_API_KEY'},
  description: 'example-token',
  rotation,
  time: '2026-01-15T12:00:00.000Z',
})
const FOLLOWS = 'does not follow the line before it'
const STARTS = 'does not start the log: lines before it are missing'
const NO_ENTRY = 'is not an audit entry'

describe('readAudit', function () {
  const root = tempRoot()
  const clock = virtualClock()
  const random = seededRandom('audit log')
  const ports = () => ({
    clock,
    disk: realDisk(() => Buffer.from(random.bytes(6)).toString('hex')),
    paths: pathsBelow(root()),
    processes: {isAlive: () => true, self: {host: 'example-host', pid: 1, startedAt: null, user: 'operator'}},
  })

  /** A log of four, as somebody has left it. */
  async function leftBy(tamper: (lines: string[]) => string[], end = '\n') {
    for (const rotation of ['one', 'two', 'three', 'four']) await appendAudit(ports(), entry(rotation))
    const path = ports().paths.auditLog
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await writeFile(path, tamper(lines).join('\n') + end)
    const {damage, entries} = await readAudit(ports())
    return {damage, rotations: entries.map(({rotation}) => rotation)}
  }

  it('finds nothing where nothing was written', async function () {
    expect(await readAudit(ports())).to.deep.equal({damage: [], entries: []})
  })

  it('gives the entries, oldest first', async function () {
    expect(await leftBy(lines => lines)).to.deep.equal({damage: [], rotations: ['one', 'two', 'three', 'four']})
  })

  const tampered: [string, (lines: string[]) => string[], {line: number; what: string}[]][] = [
    ['changed line', ([a = '', b = '', ...rest]) => [a, b.replace('operator@', 'somebody@'), ...rest], [{line: 3, what: FOLLOWS}]],
    ['line with another space', ([a = '', b = '', ...rest]) => [a, `${b} `, ...rest], [{line: 3, what: FOLLOWS}]],
    ['missing line', ([a = '', , ...rest]) => [a, ...rest], [{line: 2, what: FOLLOWS}]],
    ['missing first line', ([, ...rest]) => rest, [{line: 1, what: STARTS}]],
    ['missing first two lines', lines => lines.slice(2), [{line: 1, what: STARTS}]],
    ['line in another place', ([a = '', b = '', c = '', d = '']) => [a, c, b, d], [2, 3, 4].map(line => ({line, what: FOLLOWS}))],
    ['line that is there twice', ([a = '', b = '', ...rest]) => [a, b, b, ...rest], [{line: 3, what: FOLLOWS}]],
    ['inserted line', ([a = '', b = '', ...rest]) => [a, b.replace('two', 'five'), b, ...rest], [{line: 3, what: FOLLOWS}]],
    ['inserted text', ([a = '', ...rest]) => [a, 'hello', ...rest], [{line: 2, what: NO_ENTRY}, {line: 3, what: FOLLOWS}]],
    ['line without an actor', ([a = '', b = '', ...rest]) => [a, b.replace('"actor"', '"actr"'), ...rest], [{line: 2, what: NO_ENTRY}, {line: 3, what: FOLLOWS}]],
    ['changed last line', ([a = '', b = '', c = '', d = '']) => [a, b, c, d.replace('operator@', 'somebody@')], [{line: 4, what: 'was changed'}]],
    ['missing last line', lines => lines.slice(0, -1), [{line: 4, what: 'is missing'}]],
    ['missing end', lines => lines.slice(0, 1), [{line: 2, what: 'is missing'}]],
    ['log that is empty', () => [], [{line: 1, what: 'is missing'}]],
    ['whole new log', () => ['{}'], [{line: 1, what: NO_ENTRY}]],
  ]
  for (const [what, tamper, damage] of tampered) {
    it(`tells of a ${what}`, async function () {
      expect((await leftBy(tamper)).damage).to.deep.equal(damage)
    })
  }

  it('leaves out what it cannot read, and nothing else', async function () {
    expect((await leftBy(([a = '', , ...rest]) => [a, '{', ...rest])).rotations).to.deep.equal(['one', 'three', 'four'])
  })

  for (const end of ['{"action":"secret.ro', '{']) {
    it(`does not take what a crash left of a last line for damage: ${JSON.stringify(end)}`, async function () {
      const {damage, rotations} = await leftBy(lines => lines, `\n${end}`)
      expect(damage).to.deep.equal([])
      expect(rotations).to.deep.equal(['one', 'two', 'three', 'four'])
    })
  }

  describe('after a crash', function () {
    /** Dead before the head of the log knew of the last lines. */
    async function crashed(known: number, end = '\n') {
      const {auditHead, auditLog} = ports().paths
      let head = ''
      for (const [index, rotation] of ['one', 'two', 'three', 'four'].entries()) {
        await appendAudit(ports(), entry(rotation))
        if (index + 1 === known) head = await readFile(auditHead, 'utf8')
      }

      await writeFile(auditHead, head)
      await writeFile(auditLog, (await readFile(auditLog, 'utf8')).trimEnd() + end)
      return readAudit(ports())
    }

    it('does not miss a line that was written but for its end', async function () {
      const {damage, entries} = await crashed(3, '')
      expect(damage).to.deep.equal([])
      expect(entries.map(({rotation}) => rotation)).to.deep.equal(['one', 'two', 'three'])
    })

    it('takes one line more than the head knows of, and knows it once that end is told again', async function () {
      expect((await crashed(3)).damage).to.deep.equal([])
      await appendAudit(ports(), entry('four'))
      await writeFile(ports().paths.auditLog, (await readFile(ports().paths.auditLog, 'utf8')).split('\n').slice(0, 3).join('\n') + '\n')
      expect((await readAudit(ports())).damage).to.deep.equal([{line: 4, what: 'is missing'}])
    })

    it('does not take more lines than that', async function () {
      expect((await crashed(2)).damage).to.deep.equal([{line: 3, what: 'is not known to audit.head'}])
    })
  })

  it('changes nothing', async function () {
    const path = ports().paths.auditLog
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, 'not a log\ntorn')
    await readAudit(ports())
    expect(await readFile(path, 'utf8')).to.equal('not a log\ntorn')
  })
})
