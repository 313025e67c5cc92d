import {ux} from '@oclif/core/ux'
import type {AskWhich} from '../../inventory/outgoing-token.js'
import {AmbiguousOutgoing, type Named} from '../../credentials/outgoing.js'
import {RotationError} from '../../errors.js'
import {pickIssue, whichToken} from '../operator.js'
import {naming} from '../suggestion.js'

/** Shows that something happens: seconds of silence look like a hang. */
export async function reading<T>(canAsk: boolean, what: string, work: () => Promise<T>): Promise<T> {
  if (!canAsk) return work()
  ux.action.start(what)
  try {
    const done = await work()
    ux.action.stop()
    return done
  } catch (error) {
    // A refusal is about what was read.
    ux.action.stop(error instanceof RotationError ? 'done' : 'failed')
    throw error
  }
}

/** Asks which authorization is meant, and which token is its own, where that cannot be told. */
export async function asking<T>(canAsk: boolean, typed: {argv: readonly string[]; id: string}, outgoing: Named, read: (outgoing: Named, ask: AskWhich) => Promise<T>): Promise<T> {
  const ask: AskWhich = async (...question) => {
    ux.action.stop()
    return whichToken(...question)
  }

  const work = (named: Named) => reading(canAsk, 'Reading what holds the token', () => read(named, canAsk ? ask : null))
  try {
    return await work(outgoing)
  } catch (error) {
    if (!(error instanceof AmbiguousOutgoing)) throw error
    const name = outgoing.id ?? outgoing.description ?? ''
    if (!canAsk) throw error.with({next: error.candidates.map(({id}) => naming(typed.id, typed.argv, {meant: id, typed: name}))})
    return work({id: await pickIssue(error.candidates)})
  }
}
