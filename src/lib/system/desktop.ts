import {notify} from '@heroku-cli/notifications'

import {inheritedFrom} from './child-process.js'

/** What a notification needs besides: the screen, and the operator's wish to have none. */
const DISPLAY = ['DISPLAY', 'HEROKU_NOTIFICATIONS', 'WAYLAND_DISPLAY'] as const

/**
 * Tells whoever has looked away on the desktop, as the CLI's own commands do.
 *
 * The package hands the whole environment on to the program that it starts, and a session may be in it: while that
 * starts, which is in one turn of the event loop, the environment is what any other child gets.
 */
export function notifyDesktop(message: string, env: NodeJS.ProcessEnv): void {
  const whole = {...env}
  const kept = new Set([...Object.keys(inheritedFrom(env)), ...DISPLAY])
  for (const name of Object.keys(whole)) if (!kept.has(name)) delete env[name]
  try {
    notify({message, title: 'heroku authorizations:rotate'})
  } finally {
    Object.assign(env, whole)
  }
}
