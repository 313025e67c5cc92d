import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'
import {isLogin, issueOf} from '../credentials/description.js'
import {distinct, findOwners, type OwnersWorld} from './owners.js'
import {byName, type Place} from './place.js'

/** Places by their names. `maybe` are those whose token Heroku shows like the token of another authorization. */
export type Usage = {authorization: Authorization; maybe: readonly string[]; used: readonly Place[]}

export type Usages = Awaited<ReturnType<typeof usagesOf>>

type World = OwnersWorld & {places: readonly Place[]}

/** Tells of each authorization which places hold its token. An authorization that a rotation is replacing is left out. */
export async function usagesOf(context: Context, {account, authorizations, concurrency, places}: World) {
  const tokens = distinct(places.flatMap(({keys}) => keys.map(({token}) => token)))
  for (const token of tokens) context.filter.add(token)
  const ownerOf = await findOwners(context, tokens, {account, authorizations, concurrency})
  const direct = authorizations.filter(({client}) => client === null)
  const all = direct.filter(each => !isLogin(each) && issueOf(each).mark === null).map((authorization): Usage => {
    const {id} = authorization
    const owners = (place: Place) => place.keys.map(({token}) => ownerOf(token))
    const used = places.filter(place => owners(place).some(owner => owner.is === 'listed' && owner.authorization.id === id))
    const maybe = places.filter(place => !used.includes(place) && owners(place).some(owner => owner.is === 'unclear' && owner.among.some(each => each.id === id)))
    return {authorization, maybe: maybe.map(({name}) => name), used: used.toSorted(byName)}
  })
  // Those in use come first; `clients` counts the authorizations of OAuth clients.
  return {all: all.toSorted(usedFirst), clients: authorizations.length - direct.length, logins: direct.filter(each => isLogin(each)).length}
}

function usedFirst(a: Usage, b: Usage): number {
  const isUsed = ({maybe, used}: Usage) => Number(used.length + maybe.length > 0)
  return isUsed(b) - isUsed(a) || byName({name: a.authorization.description}, {name: b.authorization.description})
}
