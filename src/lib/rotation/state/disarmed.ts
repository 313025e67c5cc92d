import type {Context} from '../../context.js'
import type {Plan, PlannedConsumer} from '../planning/plan.js'
import type {RotationState} from './state.js'
import {consumer} from '../../consumers/registry.js'
import {issueOf, parseDescription, replaces} from '../../credentials/description.js'
import {heroku, refused, todo} from '../../errors.js'
import {instead} from '../../heroku/platform-error.js'
import {probe} from '../../probes/registry.js'
import {isPlain} from '../../system/reach.js'

/**
 * The plan of a journal that somebody else may have written. No program, address or file of it is used: people do by hand
 * what stands there, and nobody is told of the end. Each of the `misnamed` apps is the one of its name, which people see, and
 * no place may keep the outgoing token before the person says so again.
 */
export function disarmed({mayKeep: _, overwrite: __, ...plan}: Plan, misnamed: readonly string[]): Plan {
  return {
    ...plan,
    apps: Object.fromEntries(Object.entries(plan.apps ?? {}).map(([name, app]) => [name, misnamed.includes(name) ? {...app, id: null} : app])),
    announce: {audit: [], notify: []},
    consumers: plan.consumers.map(planned => (consumer(planned.address).reach.every(one => isPlain(one)) ? planned : byHand(planned))),
    discovery: {allowed: [], apps: 0, pipelines: 0, status: 'scanned', unreadable: []},
    probes: plan.probes.filter(({address}) => probe(address).reach.every(one => isPlain(one))),
  }
}

/**
 * Heroku says which authorizations are of the rotation: the journal could name any other one, to have it revoked. Answers the
 * phases that have to run again before one may be revoked, whatever the journal says.
 */
export async function refuseUnmarked({api}: Context, {inPlace, name, outgoing, rotation}: Plan, {incoming, phases}: RotationState): Promise<string[]> {
  const [old, made] = await Promise.all([outgoing.id, incoming?.id].map(async id => (id === undefined ? null : api.authorization(id))))
  // Once the revoke is over, the mark may be off, and nothing is revoked any more.
  const isOver = !old && phases.get('revoke')?.status === 'finished'
  // One that is regenerated in place is both. It is never revoked, and its mark may be off as well.
  const isNew = made && !isOver && !(inPlace && made.id === old?.id)
  const foreign = old && (issueOf(old).name !== name || !replaces(rotation, old.id)) ? old : isNew && parseDescription(made.description).mark !== rotation ? made : null
  if (!foreign) return old ? ['undo create', 'undo store', 'undo fanout', 'validate', 'verify', 'drain', 'revoke', 'prove'] : []
  throw refused('ROTATE_UNSIGNED', `The journal names ${foreign.id} (${foreign.description}), and Heroku does not say that it is of rotation ${rotation} of ${name}.`, [
    heroku('authorizations:info', foreign.id),
    todo('If somebody has changed its description since, change that back, and run the command again.'),
  ])
}

/** Names of the apps whose IDs are those of other apps. The ID of an app that is gone does no harm, and tells that it is gone. */
export async function misnamedApps({api}: Context, {apps = {}}: Plan): Promise<string[]> {
  const names = new Map((await api.apps()).map(({id, name}) => [id, name]))
  const isMisnamed = async ([name, {id}]: [string, {id: null | string}]) => {
    const now = id === null || id === name ? name : (names.get(id) ?? (await instead(name, instead('', api.app(id).then(app => app.name), 403), 404)))
    return now === name ? [] : [name]
  }

  return (await Promise.all(Object.entries(apps).map(isMisnamed))).flat()
}

function byHand(planned: PlannedConsumer): PlannedConsumer {
  const instructions = `Put the new token into ${planned.id} by hand: heroku authorizations:rotate:token --rotation ID prints it into a pipe.`
  return {...planned, address: {instructions, kind: 'manual', name: planned.id.replaceAll(/[^\w.-]+/g, '-')}, notRestorable: 'by hand'}
}
