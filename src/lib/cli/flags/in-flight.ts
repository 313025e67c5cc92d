import type {InferredFlags} from '@oclif/core/interfaces'
import {flags} from '@heroku-cli/command'
import type {Overrides} from '../../rotation/state/journals.js'
import type {stragglerFlags} from './discover.js'
import {consumer} from '../../consumers/registry.js'
import {LONGEST_WAIT} from '../../text/duration.js'
import {apps, descriptions, pipelines, rotations} from './completions.js'
import {consumersFrom, meantFlags, withMeant} from './consumers.js'
import {durationFlag} from './duration.js'

export const inFlightFlags = {
  description: flags.string({char: 'd', completion: descriptions, description: 'description of the authorization that is being rotated', helpGroup: 'WHAT TO ROTATE', helpValue: 'NAME'}),
  rotation: flags.string({completion: rotations, description: 'ID of the rotation, if several are open', helpGroup: 'WHAT TO ROTATE', helpValue: 'ID'}),
}

export const confirmFlag = {
  confirm: flags.string({char: 'c', description: 'name or ID of what is rotated, to answer the question in advance (all for several)', helpGroup: 'SAFETY', helpValue: 'NAME'}),
}

export const allFlag = {all: flags.boolean({default: false, description: 'take every open rotation of this machine, in one run', helpGroup: 'WHAT TO ROTATE'})}

export const waitFlags = {
  drain: durationFlag({description: 'how long to wait for old dynos after the last restart, in s, m or h (0: not at all)', helpGroup: 'WAITING', max: LONGEST_WAIT, min: 0}),
  'drain-timeout': durationFlag({description: 'how long to wait for one-off dynos that still use the token', helpGroup: 'WAITING', max: LONGEST_WAIT, min: 0}),
  'ignore-one-off': flags.boolean({default: false, description: 'do not wait for one-off dynos that still use the token', helpGroup: 'WAITING'}),
}

export const healthFlag = {
  'skip-health': flags.string({completion: apps, description: 'app that may stay down: do not wait for its dynos (the audit log names it)', helpGroup: 'WAITING', helpValue: 'APP', multiple: true}),
}

/** For a rollback that some consumer keeps from its end. */
export const keepFlags = {
  'allow-straggler': flags.string({completion: apps, description: 'app that cannot be restored; it keeps the new token and stops working', helpGroup: 'SAFETY', helpValue: 'APP', multiple: true}),
  'allow-unread': flags.string({completion: apps, description: 'app that cannot be reached; it stops working if it uses the new token', helpGroup: 'SAFETY', helpValue: 'APP', multiple: true}),
}

/** Adds places that the plan lacks, such as an app that was given the outgoing token meanwhile. */
export const addedFlags = {
  app: flags.string({char: 'a', completion: apps, description: 'one more app to update; KEY names its config vars', helpGroup: 'WHERE IT IS USED', helpValue: 'APP[:KEY,…]', multiple: true}),
  pipeline: flags.string({
    completion: pipelines,
    description: 'one more pipeline to update; KEY names its config vars',
    helpGroup: 'WHERE IT IS USED',
    helpValue: 'PIPELINE/STAGE[:KEY,…]',
    multiple: true,
  }),
  ...meantFlags,
}

type Parsed = Partial<InferredFlags<typeof addedFlags & typeof healthFlag & typeof stragglerFlags & typeof waitFlags>>

export function overridesFrom(parsed: Parsed): Overrides {
  const named = consumersFrom({app: parsed.app, pipeline: parsed.pipeline})
  // A consumer of the plan is no new one because somebody else's value in it may be written over.
  const overwrite = parsed.overwrite?.filter(text => named.some(({address}) => consumer(address).place === text.split(':')[0]))
  const added = withMeant(named, {add: parsed.add, overwrite})
  return {
    ...(added.length > 0 ? {added} : {}),
    ...(parsed.drain === undefined ? {} : {drain: parsed.drain}),
    ...(parsed['drain-timeout'] === undefined ? {} : {drainTimeout: parsed['drain-timeout']}),
    ...(parsed['allow-straggler'] ? {allowed: parsed['allow-straggler']} : {}),
    ...(parsed['allow-unread'] ? {allowedUnread: parsed['allow-unread']} : {}),
    ...(parsed.overwrite ? {overwrite: parsed.overwrite} : {}),
    ...(parsed['skip-health'] ? {skipHealth: parsed['skip-health']} : {}),
    ...(parsed['no-discover'] ? {skipsDiscovery: true} : {}),
    ...(parsed['ignore-one-off'] ? {ignoreOneOff: true} : {}),
  }
}
