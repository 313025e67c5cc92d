/** An account of many apps, of which few hold the credential's token. */
import {type AppSpec, type SandboxOptions, tokenOf} from '../sandbox/sandbox.js'
import {CREDENTIAL} from './rotations.js'

export const OTHER = 'other-token'
const KEYS = ['HEROKU_API_KEY', 'HEROKU_PLATFORM_API_TOKEN', 'DEPLOY_TOKEN', 'OTHER_KEY'] as const

const nameOf = (index: number) => `example-app-${String(index).padStart(4, '0')}`

/** Every 27th app; one key each, in turn. */
const isHolder = (index: number, holders: number) => index % 27 === 0 && index / 27 < holders

export type Large = {
  apps: number
  holders: number
  /** How many hold the token of `OTHER`. */
  others: number
  unreadable: number
}

export function largeAccount({apps, holders, others, unreadable}: Large): {held: Map<string, string>; options: Omit<SandboxOptions, 'apps' | 'clock'>; specs: AppSpec[]} {
  const held = new Map<string, string>()
  const specs = Array.from({length: apps}, (_, index): AppSpec => {
    const name = nameOf(index)
    const config = {DATABASE_URL: `postgres://${name}`, RAILS_ENV: 'production'}
    if (isHolder(index, holders)) {
      const key = KEYS[(index / 27) % KEYS.length] ?? KEYS[0]
      held.set(name, key)
      return {config: {...config, [key]: tokenOf(CREDENTIAL)}, name}
    }

    if (index % 27 === 5 && index < 27 * unreadable) return {access: 'view', config, name}
    if (index % 27 === 7 && index < 27 * others) return {config: {...config, HEROKU_API_KEY: tokenOf(OTHER)}, name}
    return {config, name}
  })
  return {held, options: {authorizations: [{description: CREDENTIAL}, {description: OTHER}], sharedPrefix: true}, specs}
}
