import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {readFile, rm, writeFile} from 'node:fs/promises'

import {appendAudit, type AuditEntry} from '../../../../src/lib/audit/audit-log.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {lockAudit} from '../../../../src/lib/journal/lock.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {realDisk} from '../../../../src/lib/system/disk.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {errorOf} from '../../../support/failure.js'
import {seededRandom} from '../../../support/in-process.js'
import {tempRoot} from '../../../support/temp-root.js'

const entry = (rotation: string, action: AuditEntry['action'] = 'secret.rotate.completed'): AuditEntry =>
  ({
    action,
    actor: 'operator@example.com',
    context: {method: 'operator-assisted', new_authorization_id: 'new', old_authorization_id: 'old', secret_name: 'HEROKU_API_KEY'},
    description: 'example-token',
    rotation,
    time: '2026-01-15T12:00:00.000Z',
  })

const hash = (line: string) => createHash('sha256').update(line).digest('hex')

describe('appendAudit', function () {
  const root = tempRoot()
  const clock = virtualClock()
  const random = seededRandom('audit log')
  const ports = () => ({
    clock,
    disk: realDisk(() => Buffer.from(random.bytes(6)).toString('hex')),
    paths: pathsBelow(root()),
    processes: {isAlive: () => true, self: {host: 'example-host', pid: 1, startedAt: null, user: 'operator'}},
  })
  const append = (added: AuditEntry) => appendAudit(ports(), added)
  const text = () => readFile(ports().paths.auditLog, 'utf8')
  const lines = async () => (await text()).trimEnd().split('\n')

  /** For each line: whether it names the hash of the one before. */
  async function chain(): Promise<boolean[]> {
    const all = await lines()
    return all.map((line, index) => line.includes(`"previous":"${hash(all[index - 1] ?? '')}"`))
  }

  it('adds a line of JSON with what it was given', async function () {
    await append(entry('one'))
    expect(JSON.parse(await text())).to.deep.equal({...entry('one'), previous: hash('')})
  })

  it('chains each line to the one before by its hash', async function () {
    for (const rotation of ['one', 'two', 'three']) await append(entry(rotation))
    expect(await chain()).to.deep.equal([true, true, true])
  })

  it('breaks the chain where a line was changed, removed or moved', async function () {
    for (const rotation of ['one', 'two', 'three']) await append(entry(rotation))
    const [one = '', two = '', three = ''] = await lines()
    for (const tampered of [[one.replace('operator', 'somebody'), two, three], [one, three], [two, one, three]]) {
      await writeFile(ports().paths.auditLog, `${tampered.join('\n')}\n`)
      expect(await chain()).to.include(false)
    }
  })

  it('adds nothing for an end that it has told already', async function () {
    await append(entry('one'))
    await append(entry('two'))
    const before = await text()
    await append({...entry('one'), time: '2026-01-16T12:00:00.000Z'})
    expect(await text()).to.equal(before)
  })

  it('tells of another end of the same rotation', async function () {
    await append(entry('one', 'secret.rotate.completed'))
    await append(entry('one', 'secret.rotate.rolled_back'))
    expect(await lines()).to.have.length(2)
  })

  it('overwrites what a crash left of a last line, at whatever byte it was torn', async function () {
    await append(entry('one'))
    const [first = ''] = await lines()
    const head = await readFile(ports().paths.auditHead, 'utf8')
    await append(entry('two'))
    const whole = await text()
    for (let cut = first.length + 1; cut < whole.length; cut += cut + 9 < whole.length ? 9 : 1) {
      await writeFile(ports().paths.auditLog, whole.slice(0, cut))
      await writeFile(ports().paths.auditHead, head)
      await append(entry('two'))
      expect(await text(), `torn at ${cut}`).to.equal(whole)
    }
  })

  it('shows for good that the end was changed or cut off before', async function () {
    for (const tamper of [(all: string[]) => all.slice(0, -1), (all: string[]) => [...all.slice(0, -1), all.at(-1)?.replace('operator@', 'somebody@')]]) {
      for (const rotation of ['one', 'two']) await append(entry(rotation))
      await writeFile(ports().paths.auditLog, `${tamper(await lines()).join('\n')}\n`)
      await append(entry('three'))
      expect((await chain()).at(-1)).to.equal(false)
      for (const path of [ports().paths.auditLog, ports().paths.auditHead]) await rm(path)
    }
  })

  it('keeps every line of two rotations that end at the same time', async function () {
    await Promise.all(['one', 'two', 'three'].map(rotation => append(entry(rotation))))
    const told = await text()
    for (const rotation of ['one', 'two', 'three']) expect(told).to.include(`"rotation":"${rotation}"`)
    expect(await chain()).to.deep.equal([true, true, true])
  })

  it('gives up after ten seconds where another machine keeps the log, and says that it is about the log', async function () {
    const {processes: {isAlive, self}, ...others} = ports()
    await lockAudit('one', {...others, processes: {isAlive, self: {...self, host: 'other-host'}}})
    const started = clock.now()
    const error = await errorOf(RotationError, append(entry('two')))
    expect(clock.now() - started).to.be.within(9000, 11_000)
    expect(error).to.include({code: 'ROTATE_LOCKED', happened: 'Another process is writing to the audit log (operator@other-host, process 1, for less than a minute).'})
    expect(error.next.at(-1)).to.include('Or, once you know that no such process runs on other-host any more: rm ')
  })
})
