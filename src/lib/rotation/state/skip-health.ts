import type {Plan} from '../planning/plan.js'
import {consumer} from '../../consumers/registry.js'
import {refused, todo} from '../../errors.js'

/** IDs of the apps of the plan that are named. */
export function consumersOf({consumers}: Plan, names: readonly string[]): string[] {
  return consumers.filter(({address, id}) => names.includes(id) || consumer(address).apps.some(app => names.includes(app))).map(({id}) => id)
}

export function refuseOtherApps(plans: readonly Plan[], names: readonly string[] = []): void {
  const others = names.filter(name => plans.every(plan => consumersOf(plan, [name]).length === 0))
  if (others.length === 0) return
  const apps = [...new Set(plans.flatMap(({consumers}) => consumers.flatMap(({address}) => consumer(address).apps)))]
  throw refused('ROTATE_APP', `--skip-health names ${others.join(', ')}, but this rotation does not update it.`, todo(`Its apps: ${apps.join(', ') || 'none'}.`))
}
