import type {Context} from '../../context.js'
import type {Secret} from '../../secrecy/secret.js'
import {parseDescription} from '../../credentials/description.js'
import {type Named, namedBy, untold} from '../../credentials/outgoing.js'
import {flag, heroku, refused, toResume} from '../../errors.js'
import {noneOpen} from '../report/last-ended.js'
import {type OpenJournal, openJournals, readJournals} from './journals.js'
import {Tokens} from './tokens.js'

/** `authorization` is a description, or the beginning of an ID. */
export type Wanted = {authorization?: string | undefined; description?: string | undefined; rotation?: string | undefined}

/** Finds the rotation that a phase command goes on with; null for a named rotation that has no journal on this machine. */
export async function selectRotation(context: Context, {authorization, rotation, ...said}: Wanted): Promise<null | OpenJournal> {
  const {damaged, open} = await readJournals(context)
  const {description, id} = namedBy(authorization, said.description)
  const name = description === undefined ? undefined : parseDescription(description).name
  const matching = open.filter(({plan, state}) => (rotation === undefined || plan.rotation === rotation) && (name === undefined || plan.name === name) && (id === undefined || isOf({plan, state}, id)))
  const [first] = matching
  if (matching.length > 1) {
    const list = matching.map(({plan}) => `  ${plan.rotation} of ${plan.name}`).join('\n')
    throw refused('ROTATE_WHICH', `${matching.length} rotations are open:\n${list}`, matching.map(({plan}) => flag('--rotation', plan.rotation)))
  }

  if (first) return first
  // Which credential a damaged journal is of shows only beside its authorizations.
  const lost = damaged.find(journal => rotation === undefined || journal.rotation === rotation)
  if (lost) throw lost.error
  if (rotation !== undefined) return null
  throw await noneOpen(context, {name: name ?? (id === undefined ? id : untold(id))})
}

const isOf = ({plan, state}: Pick<OpenJournal, 'plan' | 'state'>, id: string): boolean =>
  plan.name === id || [plan.outgoing.id, state.incoming?.id].some(one => one?.startsWith(id.toLowerCase()))

export async function inFlightOf(context: Context, {description, id}: Named): Promise<null | string> {
  const name = description === undefined ? undefined : parseDescription(description).name
  const open = await openJournals(context)
  const journal = open.find(({plan, state}) => (id === undefined ? plan.name === name : [plan.outgoing.id, state.incoming?.id].includes(id)))
  return journal?.plan.rotation ?? null
}

/** Takes no lock, because a rotation may be waiting for the person who needs this token. */
export async function incomingToken(context: Context, wanted: Wanted): Promise<Secret> {
  const open = await selectRotation(context, wanted)
  if (!open) throw refused('ROTATE_NONE', `There is no open rotation ${wanted.rotation} on this machine.`, heroku('authorizations:rotate:status'))
  const {rotation} = open.plan
  const tokens = await Tokens.load(context, rotation)
  if (tokens.incoming) return tokens.incoming.token
  const happened = tokens.complete ? `Rotation ${rotation} has not made its token yet.` : `The token of rotation ${rotation} was sealed under another login.`
  throw refused('ROTATE_INCOMING_UNKNOWN', happened, toResume(rotation), 'failed')
}
