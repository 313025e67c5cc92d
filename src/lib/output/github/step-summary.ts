import type {RotationError} from '../../errors.js'
import type {DriftResult} from '../../rotation/report/drift-result.js'
import type {Result} from '../../rotation/report/result.js'
import type {Results} from '../../rotation/report/results.js'
import type {Report} from '../report/rotation-report.js'
import {shown} from '../../text/shown.js'
import {markdown} from '../report/markdown.js'

export type Document = DriftResult | Result | Results

/** A comparison has no rotations. */
export const rotationsIn = (document: Document | null): readonly Result[] =>
  (document === null || 'drift' in document ? [] : 'rotations' in document ? document.rotations : [document])

/** What a person sees on the page of the run, whose log nobody reads. */
export function stepSummary(document: Document | null, failure: null | RotationError): string {
  const drift = document !== null && 'drift' in document ? [ofDrift(shown(document))] : []
  const reports = [...rotationsIn(document).map(one => ofRotation(shown(one))), ...drift, ...(failure ? [ofFailure(failure)] : [])]
  return reports.map(report => `${markdown(report)}\n`).join('')
}

const states = {completed: 'completed', incomplete: 'open', planned: 'planned', 'rolled-back': 'rolled back'} as const

function ofRotation({consumers, description, incoming, next, outgoing, proof, status, warnings}: Result): Report {
  const facts = [
    ['Old authorization', `${outgoing.id}${outgoing.revoked ? ', revoked' : ''}`],
    ...(incoming?.id ? [['New authorization', incoming.id]] : []),
    ...(proof ? [['Proved', `old token ${proof.outgoing_status ?? 'not asked'}, new token ${proof.incoming_status ?? 'not asked'}`]] : []),
  ]
  return {
    sections: [
      {head: [], name: 'Authorizations', rows: facts, text: warnings},
      {
        head: ['Place', 'Keys', 'Result', 'Release'],
        name: 'Where the token is used',
        rows: consumers.map(({id, keys, release, status: state, unwell = ''}) => [id, keys.join(', '), [state, unwell].filter(Boolean).join(': '), release === null ? '' : `v${release}`]),
        text: next === null ? [] : [`Next: ${next}`],
      },
    ],
    title: `${description}: ${states[status]}`,
  }
}

function ofDrift({consumers, description, drift, next, right}: DriftResult): Report {
  const rows = consumers.flatMap(({id, keys, reason}) => {
    if (keys.length === 0) return [[id, '', reason ?? 'not read']]
    return keys.map(({authorization, holds, key}) => [id, key, `${holds}${authorization && holds !== 'right' ? `: ${authorization.description}` : ''}`])
  })
  return {
    sections: [{head: ['Place', 'Key', 'Token'], name: 'Which token', rows, text: [`The right token is that of ${right.description} (${right.id}).`, ...(next === null ? [] : [`Next: ${next}`])]}],
    title: `${description}: ${drift ? 'drift' : 'no drift'}`,
  }
}

function ofFailure({code, happened, next, now, places}: RotationError): Report {
  const rows = places.map(({column, file, line, message}) => [`${file}:${line}:${column}`, message])
  const told = [...(rows.length === 0 ? happened.split('\n') : []), ...(now?.split('\n') ?? [])].filter(line => line.trim() !== '')
  return {sections: [{head: rows.length === 0 ? [] : ['Place', 'Mistake'], name: 'What happened', rows, text: [...told, ...next.map(step => `Next: ${step}`)]}], title: code}
}
