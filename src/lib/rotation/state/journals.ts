import type {Placed} from '../../consumers/registry.js'
import type {Context} from '../../context.js'
import type {Reads} from '../../heroku/platform-api.js'
import type {Plan} from '../planning/plan.js'
import type {Survey} from '../planning/survey.js'
import {replaces} from '../../credentials/description.js'
import {flag, heroku, refused, RotationError, todo, toResume} from '../../errors.js'
import {Journal} from '../../journal/journal.js'
import {type Lock, lock} from '../../journal/lock.js'
import {signer} from '../../journal/seal.js'
import {codeOf} from '../../system/system-error.js'
import {reopen} from '../engine/reopen.js'
import {Rotation} from '../rotation.js'
import {addConsumers} from './add-consumers.js'
import {disarmed, misnamedApps, refuseUnmarked} from './disarmed.js'
import {type Opened, type Record, recordSchema} from './records.js'
import {consumersOf} from './skip-health.js'
import {fold, isFinished, type RotationState} from './state.js'
import {Tokens} from './tokens.js'

/** `isSigned` is false where another session wrote the journal, or somebody changed it. */
export type OpenJournal = {at: number; isSigned: boolean; plan: Plan; state: RotationState}

export type DamagedJournal = {error: RotationError; rotation: string}

/** Reads the journals of this machine that are not closed, the oldest first, and leaves out those that are damaged. */
export async function openJournals(context: Context): Promise<OpenJournal[]> {
  const {open} = await readJournals(context)
  return open
}

/** A journal that is damaged stops its own credential: whose it is shows in the ID of the rotation. */
export async function readJournals(context: Context): Promise<{damaged: DamagedJournal[]; open: OpenJournal[]}> {
  const damaged: DamagedJournal[] = []
  const open: OpenJournal[] = []
  for (const name of await context.disk.list(context.paths.rotations)) {
    if (!name.endsWith('.jsonl')) continue
    const rotation = name.slice(0, -'.jsonl'.length)
    try {
      const {isSigned, records} = await journalOf(context, rotation)
      const state = fold(records)
      // A process that died while it wrote its first record had done nothing.
      if (state.closed === null && state.opened) open.push({at: state.opened.at, isSigned, plan: state.opened.plan, state})
    } catch (error) {
      if (!(error instanceof RotationError)) throw error
      damaged.push({error, rotation})
    }
  }

  return {damaged, open: open.sort((a, b) => a.at - b.at)}
}

export async function refuseDamaged(context: Context, outgoing: string): Promise<void> {
  const {damaged} = await readJournals(context)
  const own = damaged.find(({rotation}) => replaces(rotation, outgoing))
  if (own) throw own.error
}

type Opening = {
  /** The work of another machine, whose rotation is taken over. */
  adopted?: Opened['adopted']
  plan: Plan
  sealed?: Parameters<Tokens['keep']>[0]
  survey: null | Survey
}

export async function openRotation(context: Context, {adopted = null, plan, sealed, survey}: Opening): Promise<Rotation> {
  let held: Lock | null = null
  try {
    held = await lock(plan.name, plan.rotation, context)
    // Two commands may have planned at the same time, so the one that has the lock looks again.
    await refuseDamaged(context, plan.outgoing.id)
    const other = (await openJournals(context)).find(open => open.plan.name === plan.name)
    if (other) {
      throw new RotationError('ROTATE_IN_FLIGHT', `Rotation ${other.plan.rotation} of ${plan.name} has just been started.`, {
        next: toResume(other.plan.rotation),
        now: 'Nothing was changed by this command.',
      })
    }

    const journal = await journalOf(context, plan.rotation, held)
    const {host} = context.processes.self
    const tokens = await Tokens.load(context, plan.rotation)
    // Sealed before the journal: a journal without its tokens would be taken for a rotation that made nothing.
    if (sealed) await tokens.keep(sealed)
    await journal.append({actor: plan.account.email, adopted, host, plan, type: 'opened'})
    return new Rotation({context, journal, lock: held, plan, survey, tokens})
  } catch (error) {
    await held?.release().catch(() => {})
    throw error instanceof RotationError ? error : unwritable(context, error)
  }
}

export type Overrides = Partial<Pick<Plan, 'drain' | 'drainTimeout' | 'ignoreOneOff' | 'overwrite'>> & {
  /** Somebody has seen the plan of a journal that this session has not signed, and agrees to go on with it. */
  isAgreed?: boolean
  added?: readonly Placed[]
  allowed?: readonly string[]
  allowedUnread?: readonly string[]
  skipsDiscovery?: boolean
  /** Apps whose dynos are not to be waited for. */
  skipHealth?: readonly string[]
}

export function amend({discovery, ...plan}: Plan, {added: _, allowed = [], allowedUnread = [], isAgreed: __, skipHealth: ___, skipsDiscovery = false, ...waits}: Overrides): Plan {
  const mayKeep = [...allowed, ...allowedUnread]
  if (!discovery) return {...plan, ...waits, mayKeep}
  const status = skipsDiscovery ? 'skipped' : discovery.status
  const unreadable = [...discovery.unreadable, ...allowedUnread.map(name => ({keys: [], name, why: 'allowed with --allow-unread'}))]
  return {...plan, ...waits, mayKeep, discovery: {...discovery, allowed: [...new Set([...discovery.allowed, ...allowed])], status, unreadable}}
}

export async function reopenRotation(context: Context, open: OpenJournal, waits: Overrides = {}, reads: Reads = new Map()): Promise<Rotation> {
  if (!open.isSigned && !waits.isAgreed) throw unsigned(open.plan)
  const held = await lock(open.plan.name, open.plan.rotation, context)
  try {
    const journal = await journalOf(context, open.plan.rotation, held)
    const misnamed = open.isSigned ? [] : await misnamedApps(context, open.plan)
    const plan = amend(open.isSigned ? open.plan : disarmed(open.plan, misnamed), waits)
    if (!open.isSigned) {
      const again = await refuseUnmarked(context, open.plan, open.state)
      await journal.append({misnamed, type: 'disarmed'})
      await reopen({record: record => journal.append(record), state: open.state}, again, {code: 'ROTATE_UNSIGNED', message: 'the journal was not signed by this session'})
    }

    const state = fold(journal.records)
    const {closed} = state
    if (closed) throw refused('ROTATE_NONE', `Rotation ${plan.rotation} has just ended: ${closed}.`, heroku('authorizations:rotate:status'))
    const tokens = await Tokens.load(context, plan.rotation, isFinished(state, 'preflight'))
    const {added = [], skipHealth = []} = waits
    const whole = added.length > 0 ? await addConsumers(context, added, {journal, plan, tokens}) : plan
    const ids = consumersOf(whole, skipHealth)
    if (ids.length > 0) await journal.append({ids, type: 'skipped'})
    return new Rotation({context, journal, lock: held, plan: whole, reads, survey: null, tokens})
  } catch (error) {
    await held.release()
    throw error
  }
}

function journalOf(context: Context, rotation: string, held?: Lock): Promise<Journal<Record>> {
  const {api, clock, disk, paths, session} = context
  const schema = recordSchema.refine(record => record.type !== 'opened' || record.plan.rotation === rotation)
  const now = () => ({at: api.now, here: clock.now()})
  return Journal.open(paths.journal(rotation), {disk, now, ...(held ? {refuseLost: held.refuseLost} : {}), schema, sign: signer(session, rotation)})
}

function unsigned({name, rotation}: Plan): RotationError {
  return refused('ROTATE_UNSIGNED', `The journal of rotation ${rotation} of ${name} was written under another login, or somebody has changed it.`, [
    todo('Log in as you were when you began it, if that login still works.'),
    flag('--confirm', name),
    todo('With --confirm it goes on by what Heroku says; the programs, addresses and files of the journal are left to you.'),
  ])
}

function unwritable({paths}: Context, error: unknown): RotationError {
  const why = codeOf(error) ?? 'unknown'
  return new RotationError('ROTATE_DISK', `The journal cannot be written below ${paths.rotations} (${why}).`, {
    next: todo('Free space there, or make the directory writable, and run the command again.'),
    now: 'Nothing was changed: without a journal a rotation could not be resumed.',
  })
}
