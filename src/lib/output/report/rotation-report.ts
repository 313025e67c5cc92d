import * as z from 'zod'
import type {AuditLine} from '../../audit/audit-log.js'
import type {Evidence} from '../../audit/evidence.js'
import {count} from '../../text/count.js'
import {seconds} from '../../text/duration.js'
import {shown} from '../../text/shown.js'

/** A page for auditors, before it is Markdown or HTML: nothing in it is escaped yet. */
export type Report = {sections: {head: readonly string[]; name: string; rows: readonly (readonly string[])[]; text: readonly string[]}[]; title: string}

/** An entry of an earlier version may lack any of these. */
const details = z.looseObject({
  consumers: z.array(z.looseObject({
    drained: z.union([z.object({seen: z.string()}), z.object({waited: z.number()})]).nullish(),
    id: z.string(),
    keys: z.array(z.string()).default([]),
    release: z.number().nullish(),
    stamp: z.string().nullish(),
    status: z.string(),
    unwell: z.string().optional(),
  })).default([]),
  discovery: z.looseObject({
    allowed: z.array(z.string()).default([]),
    apps: z.number().default(0),
    before_revoke: z.looseObject({apps: z.number()}).nullish(),
    status: z.string(),
    unread: z.array(z.looseObject({place: z.string(), reason: z.string()})).default([]),
  }).optional(),
  fingerprints: z.object({incoming: z.string().nullable(), outgoing: z.string().nullable()}).default({incoming: null, outgoing: null}),
  health_skipped: z.array(z.string()).default([]),
  in_place: z.boolean().default(false),
  phases: z.array(z.looseObject({name: z.string(), seconds: z.number().nullish(), status: z.string()})).default([]),
  probes: z.array(z.looseObject({evidence: z.string().nullable(), id: z.string()})).default([]),
  proof: z.looseObject({by: z.string(), incoming: z.number().nullable(), outgoing: z.number().nullable()}).nullish(),
})
type Details = z.output<typeof details>

/** A line that somebody has written by hand may have others; it has at least what every entry has. */
const detailsOf = (entry: AuditLine): Details => details.catch(() => details.parse({})).parse(entry)

const outcomes = {
  'secret.rotate.completed': 'completed: the new token is in use, the old one is revoked',
  'secret.rotate.failed': 'failed before anything was made',
  'secret.rotate.rolled_back': 'rolled back: the old token is in use, the new one is revoked',
} as const

export function rotationReport(evidence: Evidence): Report {
  const {damage, entry, head, sum} = shown(evidence)
  const more = detailsOf(entry)
  const {context, on_behalf_of: named} = entry
  return {
    sections: [
      section('Summary', [], [
        ['Rotation', entry.rotation],
        ['Outcome', `${outcomes[entry.action]}${more.in_place ? ' (in place)' : ''}`],
        ['Ended', entry.time],
        ['By', `${entry.actor}${named === undefined ? '' : ` on behalf of ${named}`}`],
        ['Secret', context.secret_name],
        ['Old authorization', identity(context.old_authorization_id, more.fingerprints.outgoing)],
        ['New authorization', identity(context.new_authorization_id, more.fingerprints.incoming)],
      ], ['A fingerprint is the first 12 digits of the SHA-256 of a token. No token is in this report, or in the log that it is made from.']),
      section('Where the token is used', ['Place', 'Keys', 'Result', 'Release', 'Old dynos', 'Evidence'], more.consumers.map(each => [
        each.id, each.keys.join(', '), [each.status, each.unwell].filter(Boolean).join(': '), typeof each.release === 'number' ? `v${each.release}` : '', ended(each.drained), each.stamp ?? '',
      ]), searched(more)),
      section('Proofs', ['Question', 'Seen'], [...proofRows(more), ...more.probes.map(({evidence: seen, id}) => [id, seen ?? 'not asked'])], []),
      section('Phases', ['Phase', 'Result', 'Time'], more.phases.map(({name, seconds: took, status}) => [name, status, typeof took === 'number' ? seconds(took) : '']), []),
      section('Audit chain', [], [
        ['SHA-256 of this entry', sum],
        ['SHA-256 of the entry before', entry.previous],
        ['Head of the log', `${head.hash}, ${count(head.lines, 'entry', 'entries')}`],
        ['State of the log', damage.length === 0 ? 'no entry was changed, removed or moved' : damage.map(({line, what}) => `line ${line} ${what}`).join('; ')],
      ], ['heroku authorizations:rotate:audit --verify computes this again.']),
    ],
    title: `Rotation of ${entry.description}`,
  }
}

const section = (name: string, head: readonly string[], rows: readonly (readonly string[])[], text: readonly string[]) => ({head, name, rows, text})

const identity = (id: null | string, fingerprint: null | string) => (id === null ? 'none' : `${id}${fingerprint === null ? '' : `, fingerprint ${fingerprint}`}`)

function ended(drained: Details['consumers'][number]['drained']): string {
  if (!drained) return ''
  return 'seen' in drained ? `seen to end by ${drained.seen}` : `waited ${seconds(drained.waited)}`
}

const questions: Record<string, string> = {
  id: 'Heroku, asked for the old authorization by its ID and for the account as the new token',
  shown: 'Heroku, asked for the account as the new token',
  token: 'Heroku, asked for the account as the old token and as the new token, from the same place',
}

function proofRows({proof}: Details): string[][] {
  if (!proof) return []
  const answers = [proof.outgoing === null ? [] : `old ${proof.outgoing}`, proof.incoming === null ? [] : `new ${proof.incoming}`].flat()
  return [[questions[proof.by] ?? proof.by, answers.join(', ')]]
}

function searched({discovery, health_skipped: unwaited}: Details): string[] {
  const skipped = unwaited.length > 0 ? [`Not waited for until healthy: ${unwaited.join(', ')}.`] : []
  if (discovery?.status !== 'scanned') return ['Other places were not searched for the token.', ...skipped]
  const {allowed, apps, before_revoke: again, unread} = discovery
  return [
    `${count(apps, 'app')} of the account searched for the token before${again ? `, ${count(again.apps, 'app')} right before the revoke` : ''}.`,
    ...(unread.length > 0 ? [`Not read: ${unread.map(({place, reason}) => `${place} (${reason})`).join(', ')}.`] : []),
    ...(allowed.length > 0 ? [`Allowed to keep the old token: ${allowed.join(', ')}.`] : []),
    ...skipped,
  ]
}
