import {expect} from 'chai'
import {homedir} from 'node:os'
import {join} from 'node:path'

import type {Plan, PlannedConsumer} from '../../../../../src/lib/rotation/planning/plan.js'

import {planText} from '../../../../../src/lib/output/plan-text.js'
import {stylesFor} from '../../../../../src/lib/output/styles.js'
import {summary} from '../../../../../src/lib/output/summary.js'
import {resultOf} from '../../../../../src/lib/rotation/report/result.js'
import {sessionEnd, takeOver} from '../../../../../src/lib/rotation/report/session-end.js'
import {fold, type RotationState} from '../../../../../src/lib/rotation/state/state.js'
import {typed} from '../../../../../src/lib/text/shell-quote.js'
import {consumerOf, planOf} from '../../../../support/plan.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const itself = {fingerprint: '0123456789ab'}
const app = consumerOf('example-app')
const holding = (id: string, address: PlannedConsumer['address'], changes: Partial<PlannedConsumer> = {}) => consumerOf('x', {...changes, address, id})

const infisical = {environment: 'prod', kind: 'infisical', path: '/', project: 'p-1', secret: 'HEROKU_API_KEY'} as const
const read = ['./show token', 'it\'s']

const incoming: RotationState['incoming'] = {createdAt: '', description: '', expiresIn: null, fingerprint: null, id: 'a', scope: [], type: 'incoming'}
const completed = {...fold([{at: 0, record: {outcome: 'completed', type: 'closed'}}]), incoming}
const open = {...fold([]), incoming}

describe('takeOver', function () {
  const lines: [title: string, address: PlannedConsumer['address'], next: string][] = [
    ['a secret of Infisical', infisical, 'export HEROKU_API_KEY="$(infisical secrets get HEROKU_API_KEY --plain --silent --expand=false --projectId p-1 --env prod --path /)"'],
    ['Infisical on a site of its own', {...infisical, site: 'https://eu.infisical.com'}, 'export HEROKU_API_KEY="$(infisical secrets get HEROKU_API_KEY --plain --silent --expand=false --projectId p-1 --env prod --path / --domain https://eu.infisical.com)"'],
    ['a command that reads', {kind: 'command', name: 'vault', read, write: ['vault']}, String.raw`export HEROKU_API_KEY="$('./show token' 'it'\''s')"`],
    ['a profile with another key', {format: 'shell', key: 'TOKEN', kind: 'file', path: join(homedir(), '.zshrc')}, `. ${typed(join(homedir(), '.zshrc'))}; export HEROKU_API_KEY="$TOKEN"`],
    ['a profile that has the name of one', {kind: 'file', path: join(homedir(), '.zshrc')}, `. ${typed(join(homedir(), '.zshrc'))}; export HEROKU_API_KEY`],
    ['the netrc of the CLI', {kind: 'file', path: '/home/me/.netrc'}, 'unset HEROKU_API_KEY; export HEROKU_NETRC_WRITE=true'],
    ['the netrc of the CLI, with its format', {format: 'netrc', kind: 'file', path: '/home/me/.netrc'}, 'unset HEROKU_API_KEY; export HEROKU_NETRC_WRITE=true'],
  ]
  for (const [title, address, next] of lines) {
    it(`reads ${title}`, function () {
      expect(takeOver(planOf({consumers: [app, holding('it', address)]}))).to.deep.equal({next, source: 'it'})
    })
  }

  const unreadable: [title: string, address: PlannedConsumer['address']][] = [
    ['config vars', app.address],
    ['a secret of GitHub', {in: 'actions', kind: 'github-secret', repository: 'octo/app', secret: 'HEROKU_API_KEY'}],
    ['a command that only writes', {kind: 'command', name: 'vault', write: ['vault']}],
    ['a file that nothing is known of', {kind: 'file', path: '/srv/settings'}],
    ['a shell file of a repository', {format: 'shell', kind: 'file', path: '/srv/app/env.sh'}],
    ['a profile that is not in the home directory', {format: 'shell', kind: 'file', path: '/srv/app/.zshrc'}],
    ['a file of the home directory that no shell reads by itself', {format: 'shell', kind: 'file', path: join(homedir(), 'env.sh')}],
    ['a profile of fish', {kind: 'file', path: '/home/me/.config/fish/config.fish'}],
    ['a dotenv file, whose other lines are not for a shell', {format: 'dotenv', kind: 'file', path: '/srv/.env'}],
    ['a netrc that the CLI does not read', {format: 'netrc', kind: 'file', path: '/srv/.netrc', machine: 'git.heroku.com'}],
    ['a person', {instructions: 'tell them', kind: 'manual', name: 'operators'}],
  ]
  for (const [title, address] of unreadable) {
    it(`does not pretend to read ${title}`, function () {
      expect(takeOver(planOf({consumers: [holding('it', address)]}))).to.deep.equal({next: 'unset HEROKU_API_KEY; heroku login', source: null})
    })
  }

  it('takes the store before any other', function () {
    const consumers = [holding('rc', {format: 'shell', kind: 'file', path: '/home/me/.zshrc'}), holding('store', infisical, {role: 'store', wave: 0})]
    expect(takeOver(planOf({consumers})).source).to.equal('store')
  })
})

describe('sessionEnd', function () {
  it('is nothing to whoever runs as another token, or has rolled back', function () {
    expect(sessionEnd(planOf(), completed, {fingerprint: 'ba9876543210'})).to.equal(null)
    expect(sessionEnd(planOf(), {...open, closed: 'rolled-back'}, itself)).to.equal(null)
    expect(sessionEnd(planOf(), {...open, incoming: null}, itself)).to.equal(null)
  })

  it('offers the token of the rotation while both work', function () {
    expect(sessionEnd(planOf(), open, itself)?.next).to.equal('export HEROKU_API_KEY="$(heroku authorizations:rotate:token --rotation k7m2pq9xtz)"')
  })

  it('names who holds the token where nobody can read it without a session', function () {
    expect(sessionEnd(planOf(), completed, itself)?.told).to.include('is in heroku-config:example-app, which you can read after logging in again')
    const consumers = Array.from({length: 7}, (_, index) => consumerOf(`app-${index}`))
    expect(sessionEnd(planOf({consumers}), completed, itself)?.told).to.include('heroku-config:app-4 and 2 more')
    expect(sessionEnd(planOf({consumers: []}), completed, itself)?.told).to.include('Nothing has the new token')
  })
})

describe('a rotation as the outgoing token', function () {
  const store = holding('infisical:p-1/prod:HEROKU_API_KEY', infisical, {role: 'store'})
  const plan = (changes: Partial<Plan> = {}) => planText(planOf({sessionIsOutgoing: true, ...changes}), {columns: 80, styles}).replaceAll(/\s+/g, ' ')

  it('says on the plan how to go on after it', function () {
    expect(plan({consumers: [store, app]})).to.match(/you will be logged out at the end\. Afterwards: export HEROKU_API_KEY="\$\(infisical /)
    expect(plan()).to.include('use --no-revoke, then authorizations:rotate:token').and.to.include('heroku login')
  })

  it('says at the end where the incoming token is, in a line that can be copied', function () {
    const made = planOf({consumers: [store, app], sessionIsOutgoing: true})
    const end = sessionEnd(made, completed, itself)
    const lines = summary(resultOf(made, completed, 1, end?.next ?? null), end, {columns: 60, styles}).split('\n')
    expect(lines.join(' ')).to.include('You are logged out, because')
    expect(lines.filter(line => line.includes('infisical secrets get')), 'once, and whole').to.deep.equal([`    ${end?.next}`])
  })
})
