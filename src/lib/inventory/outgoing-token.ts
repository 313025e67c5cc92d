import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import type {Located} from './place.js'
import {flag, heroku, refused, todo} from '../errors.js'
import {isComplete, matchesRedacted} from '../heroku/redaction.js'
import {distinct, findOwners, type Known, type OwnerOf, type OwnersWorld} from './owners.js'

type Candidate = {fingerprint: string; places: readonly string[]}

/** Asks the person for the outgoing token and answers its fingerprint; null where nobody can be asked. */
export type AskWhich = ((outgoing: Authorization, candidates: readonly Candidate[]) => Promise<string>) | null

type World = OwnersWorld & {ask: AskWhich; given: null | Secret; outgoing: Authorization}

export function checkGiven(given: null | Secret, {description, token}: Authorization): null | Secret {
  if (given === null || matchesRedacted(given, token)) return given
  throw refused('ROTATE_NOT_THE_TOKEN', `The token on stdin is not the token of ${description}: Heroku shows another one.`, heroku('authorizations'))
}

/**
 * Tries each value that fits the redacted token with one read. A question that is left goes to the person and is never
 * guessed. `trusted` are places that a person has named: a single value there is the outgoing token.
 */
export async function findOutgoing(context: Context, {scanned, trusted}: {scanned: readonly Located[]; trusted: readonly Located[]}, world: World): Promise<null | Secret> {
  const {authorizations, given, outgoing} = world
  if (isComplete(outgoing.token)) return outgoing.token
  if (given) return given
  const candidates = [...trusted, ...scanned].filter(({token}) => matchesRedacted(token, outgoing.token))
  const [first, ...more] = distinct(candidates.map(({token}) => token))
  if (!first) return matchesRedacted(context.session, outgoing.token) ? context.session : null
  const isAlone = authorizations.every(({id, token}) => id === outgoing.id || !matchesRedacted(first, token))
  if (more.length === 0 && isAlone) return first

  const ownerOf = await findOwners(context, [first, ...more], world)
  const [own, ...others] = possible(candidates, ownerOf, outgoing)
  if (!own) return null
  if (others.length === 0 && ownerOf(own).is === 'listed') return own
  const [trustedToken, ...several] = possible(trusted, ownerOf, outgoing)
  return trustedToken && several.length === 0 ? trustedToken : choose([own, ...others], candidates, world)
}

/** Finds the planned token among the values that can be read now; only planning decides which value it is. */
export function plannedOutgoing({fingerprint}: {fingerprint: null | string}, values: readonly (null | Secret)[]): null | Secret {
  return values.find(value => value?.fingerprint === fingerprint) ?? null
}

/** Asks the person where Heroku shows too little to tell which token is the outgoing one. */
export async function ownersByAsking(
  context: Context,
  tokens: readonly Located[],
  {ask, known, outgoing, ...world}: OwnersWorld & {ask: AskWhich; known: readonly Known[]; outgoing: Authorization},
): Promise<OwnerOf> {
  const values = tokens.map(({token}) => token)
  for (const value of values) context.filter.add(value)
  const ownerOf = await findOwners(context, values, {...world, known})
  const open = possible(tokens, ownerOf, outgoing)
  if (!ask || open.every(token => ownerOf(token).is !== 'unclear')) return ownerOf
  const token = await choose(open, tokens, {ask, outgoing})
  return findOwners(context, values, {...world, known: [...known, {authorization: outgoing, token}]})
}

function possible(tokens: readonly Located[], ownerOf: OwnerOf, outgoing: Authorization): Secret[] {
  return distinct(tokens.map(({token}) => token)).filter(token => {
    const owner = ownerOf(token)
    if (owner.is === 'listed') return owner.authorization.id === outgoing.id
    return owner.is === 'unclear' && owner.among.some(({id}) => id === outgoing.id)
  })
}

async function choose(values: readonly Secret[], tokens: readonly Located[], {ask, outgoing}: Pick<World, 'ask' | 'outgoing'>): Promise<Secret> {
  const candidates = values.map(({fingerprint}) => ({
    fingerprint,
    places: tokens.filter(({token}) => token.fingerprint === fingerprint).map(({at}) => at),
  }))
  const answer = ask && (await ask(outgoing, candidates))
  const chosen = values.find(({fingerprint}) => fingerprint === answer)
  if (chosen) return chosen
  throw refused('ROTATE_TWO_VALUES', [
    `Heroku shows too little of the token of ${outgoing.description} to tell which of these it is, by SHA-256:`,
    ...candidates.map(({fingerprint, places}) => `  ${fingerprint} in ${places.slice(0, 5).join(', ')}${places.length > 5 ? ` and ${places.length - 5} more` : ''}`),
  ].join('\n'), [flag('--outgoing-token-stdin'), todo('Put the right token on stdin, or run the command on a terminal, which asks you.')])
}
