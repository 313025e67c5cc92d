import {createLogUpdate} from 'log-update'
import {PassThrough} from 'node:stream'

import type {ProgressEvent} from '../../src/lib/ports.js'

import {type Address, addressSchema, consumer} from '../../src/lib/consumers/registry.js'
import {heroku, RotationError, toResume, toRollBack} from '../../src/lib/errors.js'
import {errorText} from '../../src/lib/output/error-text.js'
import {nameOf, namesOf} from '../../src/lib/output/names.js'
import {planText} from '../../src/lib/output/plan-text.js'
import {liveProgress} from '../../src/lib/output/progress/live-progress.js'
import {statusText} from '../../src/lib/output/status-text.js'
import {type Styles} from '../../src/lib/output/styles.js'
import {summary} from '../../src/lib/output/summary.js'
import {resultOf} from '../../src/lib/rotation/report/result.js'
import {standingOf} from '../../src/lib/rotation/report/standing.js'
import {fold} from '../../src/lib/rotation/state/state.js'
import {consumerOf, planOf} from '../support/plan.js'

export type View = {columns: number; rows: number; styles: Styles}

const at = (address: object): Address => addressSchema.parse(address)
const addresses = [
  at({environment: 'prod', kind: 'infisical', project: '244210e4-8437-4655-8980-a70249a99369'}),
  at({kind: 'github-secret', repository: 'example/example-app'}),
  at({instructions: 'tell the team to pull the new token', kind: 'manual', name: 'operators'}),
]
const [store, github, operators] = addresses.map(address => ({address, id: consumer(address).id}))
const apps = [consumerOf('example-app-staging', {wave: 0}), consumerOf('example-app', {dynos: 3}), consumerOf('example-console')]
const everyone = [
  ...apps,
  consumerOf('store', {...store, dynos: null, kind: 'infisical', role: 'store', wave: 0}),
  consumerOf('github', {...github, dynos: null, holds: {HEROKU_API_KEY: 'unknown'}, kind: 'github-secret'}),
  consumerOf('operators', {...operators, dynos: null, holds: {operators: 'unknown'}, keys: ['operators'], kind: 'manual', notRestorable: 'by hand'}),
]
const names = namesOf(addresses.map(address => ({address})))
const remarks = ['scope global also allows to change the account and its authorizations', 'operator@example.com has no second factor', 'a note that is one too many']
const plan = planOf({consumers: everyone, remarks})
const inPlace = planOf({consumers: apps.map(one => ({...one, notRestorable: 'no way back', wave: 0})), inPlace: true})

type More = {detail?: string; goal?: number; rotation?: string; seconds?: number}

const phase = (name: string, state: 'done' | 'failed' | 'started', more: More = {}): ProgressEvent => ({name, state, type: 'phase', ...more})
const told = (id: string, detail: string, state: 'active' | 'done' | 'failed' = 'active'): ProgressEvent => ({detail, id, state, type: 'consumer'})
const begun = [
  phase('preflight', 'started'),
  phase('preflight', 'done', {detail: 'operator@example.com, 6 places'}),
  phase('create', 'started'), phase('create', 'done', {detail: '9714f0ae-2565-4037-8c21-fe770909dbb9'}),
]

/** Everything that is written until then; `ask` leaves the screen to a question. */
function progress(events: readonly [seconds: number, ProgressEvent][], until: number, {columns, rows, styles}: View, ask = ''): string {
  let [now, written] = [0, '']
  const stream = Object.assign(new PassThrough(), {columns, isTTY: true, rows})
  stream.on('data', (chunk: Buffer) => {
    written += chunk.toString()
  })
  const update = createLogUpdate(stream)
  const shown = liveProgress({columns: () => columns, every: () => () => {}, nameOf: id => nameOf(id, names), now: () => now, rows: () => rows, update}, styles)
  for (const [seconds, event] of events) {
    now = seconds * 1000
    shown.report(event)
  }

  now = until * 1000
  shown.report({about: 'nothing', text: '', type: 'note'})
  if (ask !== '') shown.pause()
  return written + ask
}

const thirty = Array.from({length: 30}, (_, index) => `heroku-config:example-app-${String(index + 1).padStart(2, '0')}`)
const many: [number, ProgressEvent][] = [
  ...begun.map((event): [number, ProgressEvent] => [0, event]),
  [0, phase('fanout', 'started', {goal: 30})],
  ...thirty.map((id, index): [number, ProgressEvent] => [index / 4, told(id, 'v4, 0 of 2 dynos up')]),
  ...thirty.slice(0, 12).map((id): [number, ProgressEvent] => [9, told(id, 'v4 up', 'done')]),
  [9, told(thirty[19] ?? '', 'release v4 failed', 'failed')],
]
const asked: [number, ProgressEvent][] = [
  ...begun.map((event): [number, ProgressEvent] => [0, event]),
  [1, phase('fanout', 'started', {goal: 5})],
  ...apps.map(({id}): [number, ProgressEvent] => [2, told(id, 'v4 up', 'done')]),
  [3, told(github?.id ?? '', 'written, 2026-11-26T17:46:12Z', 'done')],
  [4, told(operators?.id ?? '', 'waiting for a person')],
]
const failed: [number, ProgressEvent][] = [
  ...asked.slice(0, 6), [3, told('heroku-config:example-app', 'release v4 failed.', 'failed')], [4, told('heroku-config:example-console', 'v4 up', 'done')],
  [4, phase('fanout', 'failed', {detail: 'example-app: release v4 failed.', seconds: 4})],
]
const drain: [number, ProgressEvent][] = [
  ...begun.map((event): [number, ProgressEvent] => [0, event]), [1, phase('drain', 'started')],
  [1, {text: 'waiting for old dynos to stop', type: 'wait', until: 31_000}],
  [6, {about: 'call', text: 'example-console: Heroku does not answer, trying again (2 of 6)', type: 'note'}],
]
const several: [number, ProgressEvent][] = ['example-platform-token', 'other-token'].flatMap((rotation, index): [number, ProgressEvent][] => [
  [0, phase('create', 'started', {rotation})], [1, phase('create', 'done', {rotation, seconds: 1})], [1, phase('fanout', 'started', {rotation})],
  [8 + index, phase('fanout', 'done', {rotation, seconds: 7 + index})], [9, phase('drain', 'started', {rotation})],
])

const incoming = {
  createdAt: '2026-11-26T00:00:00Z',
  description: 'example-token-2026-01-15',
  expiresIn: null,
  fingerprint: null,
  id: '9714f0ae-2565-4037-8c21-fe770909dbb9', scope: ['global'],
  type: 'incoming' as const,
}
const half = fold([
  {at: 0, record: {actor: 'operator@example.com', adopted: null, host: 'vm', plan, type: 'opened'}},
  {at: 0, record: incoming},
  {at: 0, record: {name: 'fanout', status: 'started', type: 'phase'}},
  {at: 9000, record: {id: 'heroku-config:example-app-staging', release: 4, stamp: null, status: 'settled', type: 'consumer', wrote: true}},
  {at: 9000, record: {id: 'heroku-config:example-app', release: 4, stamp: null, status: 'written', type: 'consumer', wrote: true}},
])
const broken = {...half, phases: new Map([['fanout', {attempts: 1, message: 'example-app: release v4 failed.', seconds: null, status: 'failed' as const}]])}
const flight = {age: 21, by: 'operator@example.com on vm', description: 'example-token', here: true, rotation: 'k7m2pq9xtz', signed: true}
const nothing = {authorizations: [], damaged: [], last: null, next: null, overdue: 0, soon: 0}

function status(isRunning: boolean, {columns, styles}: View): string {
  const steps = ['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation k7m2pq9xtz`)
  const next = isRunning ? ['heroku authorizations:rotate:status --watch'] : steps
  const standing = standingOf(plan, isRunning ? half : broken, isRunning ? 21_000 : 249_000)
  const rotation = {...flight, next, phase: 'fanout', process: isRunning ? 5428 : null, running: isRunning, standing}
  return statusText({...nothing, rotations: [rotation]}, [], columns, styles)
}

const halfDone = resultOf(plan, half, 46, null)
const result = {
  ...halfDone,
  consumers: halfDone.consumers.map(one => ({...one, drained: {seen: '2026-01-15T12:00:30Z'}})),
  discovery: {allowed: [], apps: 12, pipelines: 1, status: 'scanned' as const, unreadable: []},
  phases: [{name: 'fanout', seconds: 43, status: 'finished' as const}],
  proof: {by: 'token' as const, incoming_status: 200, outgoing_status: 401},
  status: 'completed' as const,
}
const now = 'The old token still works. So does the new one.'
const failure = new RotationError('ROTATE_RELEASE_FAILED', 'heroku-config:example-app: release v4 failed.', {
  exit: 'incomplete', next: [heroku('releases:output', 'v4', '--app', 'example-app'), toResume('k7m2pq9xtz'), toRollBack('k7m2pq9xtz')], now,
})
const longName = new RotationError('ROTATE_NOT_HELD', `${store?.id ?? ''} does not hold the new token in HEROKU_API_KEY.`, {exit: 'incomplete', next: toResume('k7m2pq9xtz'), now})
const menu = [
  '\r\nexample-app: release v4 failed. The old and the new token both work.\r\n',
  '? What now?',
  '> Show the output of the release  (heroku releases:output v4 --app example-app)',
  '  Try again', '  Roll back 3 apps',
  '  Leave it as it is  (go on later with heroku authorizations:rotate:resume)',
].join('\r\n')

const last = 'The last rotation of example-token ended 1 minute ago (completed); a revoked token cannot be brought back.'

/** The screens that people meet, by what they are. */
export const scenes: readonly [title: string, show: (view: View) => string][] = [
  ['plan', ({columns, styles}) => planText(plan, {columns, more: 'heroku authorizations:rotate example-token --file rotation.yml --dry-run', styles})],
  ['plan in place', ({columns, styles}) => planText(inPlace, {columns, more: 'heroku authorizations:rotate example-token --file rotation.yml --in-place --dry-run', styles})],
  ['30 apps in 24 rows', view => progress(many, 14, view)],
  ['a wait, and a call that is not answered', view => progress(drain, 10, view)],
  ['several credentials', view => progress(several, 12, view)],
  ['a question in the middle', view => progress(asked, 6, view, '\r\noperators: tell the team to pull the new token\r\n? Is operators done? (y/N) ')],
  ['the moment of decision', view => progress(failed, 5, view, menu)],
  ['status while it runs', view => status(true, view)],
  ['status after it has stopped', view => status(false, view)],
  ['status after the end', ({columns, styles}) => statusText({...nothing, last, rotations: []}, [], columns, styles)],
  ['summary', ({columns, styles}) => summary(result, null, {columns, names, styles})],
  ['error', ({columns, styles}) => errorText(failure, columns, styles, names)],
  ['error with a long name', ({columns, styles}) => errorText(longName, columns, styles, names)],
]
