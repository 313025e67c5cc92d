import type {Plan} from '../planning/plan.js'
import {consumer} from '../../consumers/registry.js'
import {instead, refused, todo} from '../../errors.js'
import {nearest} from '../../text/nearest.js'

/** IDs of the apps of the plan that are named. */
export function consumersOf({consumers}: Plan, names: readonly string[]): string[] {
  return consumers.filter(({address, id}) => names.includes(id) || consumer(address).apps.some(app => names.includes(app))).map(({id}) => id)
}

export function refuseOtherApps(plans: readonly Plan[], names: readonly string[] = []): void {
  const others = names.filter(name => plans.every(plan => consumersOf(plan, [name]).length === 0))
  if (others.length === 0) return
  const apps = [...new Set(plans.flatMap(({consumers}) => consumers.flatMap(({address}) => consumer(address).apps)))]
  const [other = ''] = others
  const meant = nearest(other, apps)
  const happened = `--skip-health names ${others.join(', ')}, but this rotation does not update it.`
  if (meant === null) throw refused('ROTATE_APP', happened, todo(`Its apps: ${apps.join(', ') || 'none'}.`))
  throw refused('ROTATE_APP', `${happened} Did you mean ${meant}?`, instead(other, meant))
}
