import {notify} from '@heroku-cli/notifications'
import {inheritedFrom} from './child-process.js'

const DISPLAY = ['DISPLAY', 'HEROKU_NOTIFICATIONS', 'WAYLAND_DISPLAY'] as const

/**
 * The package hands its whole environment, which may hold a session, to the program that it starts within this turn of the event
 * loop: for that turn the environment is that of any other child.
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
