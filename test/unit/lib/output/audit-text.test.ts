import {expect} from 'chai'

import type {AuditLine} from '../../../../src/lib/audit/audit-log.js'

import {auditText} from '../../../../src/lib/output/audit-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const line = (action: AuditLine['action'], made: null | string): AuditLine => ({
  action,
  actor: 'operator@example.com',
  context: {method: 'operator-assisted', new_authorization_id: made, old_authorization_id: 'old-id', secret_name: 'HEROKU_API_KEY'},
  description: 'example-token',
  previous: '',
  rotation: 'k7m2pq9xtz',
  time: '2026-01-15T12:00:00.000Z',
})

describe('auditText', function () {
  it('says when what was replaced by what, and by whom', function () {
    expect(auditText({damage: [], entries: [line('secret.rotate.completed', 'new-id')]}, styles))
      .to.equal('2026-01-15T12:00:00.000Z  completed  example-token  by operator@example.com\n  old-id → new-id  rotation k7m2pq9xtz\n')
  })

  it('says of one rolled back that nothing is new', function () {
    expect(auditText({damage: [], entries: [line('secret.rotate.rolled_back', null)]}, styles)).to.include('rolled back').and.to.include('old-id was not revoked by it  rotation')
    expect(auditText({damage: [], entries: [line('secret.rotate.completed', 'old-id')]}, styles)).to.include('  old-id with a new token  rotation')
  })

  it('says so where there is nothing', function () {
    expect(auditText({damage: [], entries: []}, styles)).to.equal('The audit log is empty.\n')
  })
})
