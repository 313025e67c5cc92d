import {flags} from '@heroku-cli/command'
import type {Overrides} from '../../rotation/state/journals.js'
import {consumer} from '../../consumers/registry.js'
import {LONGEST_WAIT} from '../../text/duration.js'
import {consumersFrom, meantFlags, withMeant} from './consumers.js'

export const inFlightFlags = {
  description: flags.string({char: 'd', description: 'description of the authorization that is being replaced', helpValue: 'NAME'}),
  rotation: flags.string({description: 'ID of the rotation, where more than one is in flight', helpValue: 'ID'}),
}

export const confirmFlag = {
  confirm: flags.string({char: 'c', description: 'name or ID of what is replaced (all for several), to skip a prompt', helpValue: 'NAME'}),
}

export const allFlag = {all: flags.boolean({default: false, description: 'all rotations that are in flight on this machine, in one run'})}

export const waitFlags = {
  drain: flags.integer({description: 'seconds that old dynos may still run after the last restart (0 does not wait)', helpValue: 'SECONDS', max: LONGEST_WAIT, min: 0}),
  'drain-timeout': flags.integer({description: 'seconds to wait for one-off dynos that run with the other token', helpValue: 'SECONDS', max: LONGEST_WAIT, min: 0}),
  'ignore-one-off': flags.boolean({default: false, description: 'do not wait for one-off dynos that run with the other token'}),
}

export const healthFlag = {
  'skip-health': flags.string({description: 'app whose dynos are not waited for, where nobody can mend it now; the audit log names it', helpValue: 'APP', multiple: true}),
}

/** For a rollback that some consumer keeps from its end. */
export const keepFlags = {
  'allow-straggler': flags.string({description: 'app that cannot be given back what it held, and may keep the new token, which stops working', helpValue: 'APP', multiple: true}),
  'allow-unread': flags.string({description: 'app that cannot be reached, and may hold the new token, which stops working', helpValue: 'APP', multiple: true}),
}

/** Adds places that the plan lacks, such as an app that was given the outgoing token meanwhile. */
export const addedFlags = {
  app: flags.string({char: 'a', description: 'app, and config vars of it, that the rotation is to write too', helpValue: 'APP[:KEY,…]', multiple: true}),
  pipeline: flags.string({description: 'config vars of a pipeline that the rotation is to write too', helpValue: 'PIPELINE/STAGE[:KEY,…]', multiple: true}),
  ...meantFlags,
}

type Parsed = {
  add?: string[] | undefined
  'allow-straggler'?: string[] | undefined
  'allow-unread'?: string[] | undefined
  app?: string[] | undefined
  drain?: number | undefined
  'drain-timeout'?: number | undefined
  'ignore-one-off'?: boolean
  'no-discover'?: boolean
  overwrite?: string[] | undefined
  pipeline?: string[] | undefined
  'skip-health'?: string[] | undefined
}

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
