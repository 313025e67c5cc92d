import type {Context} from '../context.js'
import type {Account, Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'

import {refused, RotationError} from '../errors.js'
import {isComplete, matchesHint} from '../heroku/redaction.js'
import {type Belongings, distinct, tellApart} from './owners.js'

/** A value that may be the outgoing token, as a person can tell it from others. */
export type Candidate = {fingerprint: string; places: readonly string[]}

/** Asks which one is it, by its fingerprint; null where nobody can be asked. */
export type AskWhich = ((outgoing: Authorization, candidates: readonly Candidate[]) => Promise<string>) | null

export type Found = {
  /** Where it was seen, such as `example-app:HEROKU_API_KEY`. */
  at: string
  token: Secret
}

type World = {account: Account; ask: AskWhich; authorizations: readonly Authorization[]; concurrency: number; given: null | Secret; outgoing: Authorization}

/** What came in on stdin, if it can be the token of the authorization. */
export function checkGiven(given: null | Secret, {description, token}: Authorization): null | Secret {
  if (given === null || matchesHint(given, token)) return given
  throw refused('ROTATE_NOT_THE_TOKEN', `What came in on stdin is not the token of ${description}: Heroku shows another one.`, 'heroku authorizations')
}

/**
 * The outgoing token among what was seen. Where several values fit what the API shows of it, each is
 * tried with one read; what is left is a question for the person, and never a guess.
 *
 * `trusted` was seen where a person had said that this token is held: a single one there is it.
 */
export async function outgoingAmong(context: Context, {seen, trusted}: {seen: readonly Found[]; trusted: readonly Found[]}, world: World): Promise<null | Secret> {
  const {authorizations, given, outgoing} = world
  if (isComplete(outgoing.token)) return outgoing.token
  if (given) return given
  const all = [...trusted, ...seen].filter(({token}) => matchesHint(token, outgoing.token))
  const [first, ...more] = distinct(all.map(({token}) => token))
  if (!first) return matchesHint(context.session, outgoing.token) ? context.session : null
  const isAlone = authorizations.every(({id, token}) => id === outgoing.id || !matchesHint(first, token))
  if (more.length === 0 && isAlone) return first

  const belongings = await tellApart(context, [first, ...more], world)
  const [own, ...others] = open(all, belongings, outgoing)
  if (!own) return null
  if (others.length === 0 && belongings.of(own)?.is === 'listed') return own
  const [named, ...several] = open(trusted, belongings, outgoing)
  return named && several.length === 0 ? named : choose([own, ...others], all, world)
}

/** The outgoing token of a plan that is made, among the values that can be read now; null where none is it. The plan is not decided twice. */
export function plannedOutgoing({fingerprint}: {fingerprint: null | string}, values: readonly (null | Secret)[]): null | Secret {
  return values.find(value => value?.fingerprint === fingerprint) ?? null
}

/** Those of the values that may still be the outgoing token. */
export function open(found: readonly Found[], belongings: Belongings, outgoing: Authorization): Secret[] {
  return distinct(found.map(({token}) => token)).filter(token => {
    const whose = belongings.of(token)
    if (whose?.is === 'listed') return whose.authorization.id === outgoing.id
    return whose?.is === 'unclear' && whose.among.some(({id}) => id === outgoing.id)
  })
}

/** Asks the person which of the values it is. */
export async function choose(values: readonly Secret[], found: readonly Found[], {ask, outgoing}: Pick<World, 'ask' | 'outgoing'>): Promise<Secret> {
  const candidates = values.map(({fingerprint}) => ({
    fingerprint,
    places: found.filter(({token}) => token.fingerprint === fingerprint).map(({at}) => at),
  }))
  const answer = ask && (await ask(outgoing, candidates))
  const chosen = values.find(({fingerprint}) => fingerprint === answer)
  if (chosen) return chosen
  throw new RotationError(
    'ROTATE_TWO_VALUES',
    [
      `Heroku shows too little of the token of ${outgoing.description} to tell which of these it is, by SHA-256:`,
      ...candidates.map(({fingerprint, places}) => `  ${fingerprint} in ${places.slice(0, 5).join(', ')}${places.length > 5 ? ` and ${places.length - 5} more` : ''}`),
    ].join('\n'),
    {
      next: [
        'Run the command again on a terminal, which asks.',
        'Run it again with --outgoing-token-stdin, and the token on stdin from where it is recorded.',
      ],
      now: 'Nothing was changed.',
    },
  )
}
