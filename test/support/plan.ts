import type {Plan, PlannedConsumer} from '../../src/lib/rotation/planning/plan.js'

export const outgoingId = '0a0a0a0a-0000-4000-8000-000000000001'

export function consumerOf(app: string, changes: Partial<PlannedConsumer> = {}): PlannedConsumer {
  return {
    address: {app, keys: ['HEROKU_API_KEY'], kind: 'heroku-config'},
    dynos: 1,
    holds: {HEROKU_API_KEY: 'outgoing'},
    id: `heroku-config:${app}`,
    keys: ['HEROKU_API_KEY'],
    kind: 'heroku-config',
    notRestorable: null,
    role: 'consumer',
    wave: 1,
    ...changes,
  }
}

export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    account: {email: 'operator@example.com', id: '0a0a0a0a-0000-4000-8000-00000000000a'},
    actor: 'operator@example.com',
    announce: {audit: [], notify: []},
    concurrency: 10,
    consumers: [consumerOf('example-app')],
    drain: null,
    drainTimeout: 600,
    ignoreOneOff: false,
    inPlace: false,
    incoming: {description: 'example-token-2026-01-15', expiresIn: null, scope: ['global']},
    name: 'example-token',
    outgoing: {description: 'example-token-2025-10-17', expiresIn: null, fingerprint: '0123456789ab', id: outgoingId, scope: ['global']},
    probes: [],
    remarks: [],
    rotation: 'k7m2pq9xtz',
    sessionIsOutgoing: false,
    timeout: 600,
    warnings: [],
    ...changes,
  }
}
