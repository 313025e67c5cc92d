import {expect} from 'chai'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'

import {appendAudit, type AuditEntry} from '../../../../src/lib/audit/audit-log.js'
import {type Evidence, readEvidence} from '../../../../src/lib/audit/evidence.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {html} from '../../../../src/lib/output/report/html.js'
import {markdown} from '../../../../src/lib/output/report/markdown.js'
import {onScreen} from '../../../../src/lib/output/report/on-screen.js'
import {rotationReport} from '../../../../src/lib/output/report/rotation-report.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'
import {realDisk} from '../../../../src/lib/system/disk.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {tempRoot} from '../../../support/temp-root.js'

const entry = (rotation: string, more: object = {}): AuditEntry => ({
  action: 'secret.rotate.completed',
  actor: 'operator@example.com',
  context: {method: 'operator-assisted', new_authorization_id: 'id-new', old_authorization_id: 'id-old', secret_name: 'HEROKU_API_KEY'},
  description: 'example-token',
  rotation,
  time: '2026-01-15T12:00:00.000Z',
  ...more,
})
const whole = entry('two', {
  consumers: [
    {drained: {seen: '2026-01-15T11:59:00.000Z'}, dynos: 1, id: 'heroku-config:example-app', keys: ['HEROKU_API_KEY'], release: 5, role: 'consumer', stamp: null, status: 'verified', wave: 1},
    {drained: null, id: 'manual:operators', keys: [], release: null, role: 'consumer', stamp: 'confirmed by operator@example.com', status: 'verified', wave: 1},
  ],
  discovery: {allowed: ['old-app'], apps: 7, before_revoke: {apps: 8, pipelines: 0, unreadable: 0}, pipelines: 0, status: 'scanned', unread: [{keys: [], place: 'far-app', reason: 'no access'}]},
  fingerprints: {incoming: '96aac5a0eed8', outgoing: '359d2667433c'},
  on_behalf_of: 'INC-4711',
  phases: [{name: 'drain', seconds: 31.4, status: 'finished'}],
  probes: [{evidence: 'status 200', id: 'https://api.example.com/health'}],
  proof: {by: 'token', incoming: 200, outgoing: 401},
})
const textsOf = (evidence: Evidence) => {
  const report = rotationReport(evidence)
  return [html(report), markdown(report), onScreen(report, 200, stylesFor('stdout', {NO_COLOR: '1'}))]
}

describe('the report of a rotation', function () {
  const root = tempRoot()
  const ports = () => ({
    clock: virtualClock(),
    disk: realDisk(() => '0'),
    paths: pathsBelow(root()),
    processes: {isAlive: () => true, self: {host: 'example-host', pid: 1, startedAt: null, user: 'operator'}},
  })

  async function evidenceOf(entries: readonly AuditEntry[], rotation?: string): Promise<Evidence> {
    for (const each of entries) await appendAudit(ports(), each)
    const found = await readEvidence(ports(), rotation)
    if (!found) throw new Error('there is no such rotation')
    return found
  }

  it('is about the last one, or the one that was named', async function () {
    expect((await evidenceOf([entry('one'), entry('two')])).entry.rotation).to.equal('two')
    expect((await evidenceOf([], 'one')).entry.rotation).to.equal('one')
    expect(await readEvidence(ports(), 'three')).to.equal(null)
  })

  it('says who, where, what was seen, when and with which fingerprints, in every format', async function () {
    const wanted = [
      'operator', 'INC-4711', 'example-app', 'v5', 'seen to end by 2026-01-15T11:59:00.000Z', 'confirmed by', 'old 401, new 200', 'status 200',
      'id-old, fingerprint 359d2667433c', 'id-new, fingerprint 96aac5a0eed8', '31 s', '7 apps', '8 apps', 'far-app', 'old-app',
    ]
    for (const text of textsOf(await evidenceOf([entry('one'), whole]))) for (const each of wanted) expect(text).to.include(each)
  })

  it('has the head of the log, and the hash that the next entry carries', async function () {
    const {head, sum} = await evidenceOf([entry('one'), whole])
    expect(head).to.deep.equal({hash: sum, lines: 2})
    const before = await evidenceOf([entry('three')], 'two')
    expect(before.sum).to.equal(sum)
    expect((await evidenceOf([], 'three')).entry.previous).to.equal(sum)
    for (const text of textsOf(before)) expect(text).to.include(sum).and.include(before.head.hash).and.include('no entry was changed')
  })

  it('says so where the log was changed', async function () {
    await evidenceOf([entry('one'), entry('two')])
    const path = ports().paths.auditLog
    const text = await ports().disk.read(path)
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, (text ?? '').replace('"actor":"', '"actor":"not-'))
    for (const each of textsOf(await evidenceOf([]))) expect(each).to.include('line 2 does not follow the line before it').and.not.include('no entry was changed')
  })

  it('makes nothing but text of what others have named', async function () {
    const hostile = '<img src=x onerror=alert(1)>|[a](javascript:b)\n# c `d` ![e](https://f) \u001B[31m\u202E'
    const [page = '', text = ''] = textsOf(await evidenceOf([entry('one', {
      actor: hostile, consumers: [{id: hostile, keys: [hostile], stamp: hostile, status: hostile}], description: hostile, probes: [{evidence: hostile, id: hostile}],
    })]))
    expect(page).to.not.match(/<img|<script|[\p{Cf}]/u).and.not.include('\u001B')
    expect(text).to.not.match(/<img|\]\(|`|^# c|https:\/\/|\p{Cf}/mu).and.not.include('\u001B')
    const columns = text.split('\n').filter(line => line.startsWith('|')).map(line => line.split('|').length - 2)
    expect(columns).to.have.length.above(10)
    expect([...new Set(columns)].sort()).to.deep.equal([2, 6])
  })

  it('is made of an entry that has only what every entry has', async function () {
    for (const text of textsOf(await evidenceOf([entry('one', {consumers: 'none', phases: 3})]))) expect(text).to.include('id-old').and.include('not searched')
  })
})
