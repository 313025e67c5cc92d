import type {Plan, PlannedConsumer} from './plan.js'
import {refused, todo} from '../../errors.js'
import {typed} from '../../text/shell-quote.js'

type Named = {consumers: readonly {id: string; keys: readonly string[]}[]; name: string}

/** A run writes a key once, with one token, also where the key holds a list of two. */
export function refuseSameKeys(rotations: readonly Named[]): void {
  const owners = new Map<string, string>()
  for (const {consumers, name} of rotations) {
    for (const {id, keys} of consumers) {
      for (const key of keys) {
        const place = `${id} ${key}`
        const owner = owners.get(place)
        if (owner !== undefined && owner !== name) {
          const happened = `${owner} and ${name} both name ${key} of ${id}, and one run gives each place one token.`
          throw refused('ROTATE_TWICE', happened, todo(`Take it out of one of the two, or rotate each by itself: ${typed('--description', name)}`))
        }

        owners.set(place, name)
      }
    }
  }
}

/** An app that holds several of the tokens is written once, in the lowest of its waves. */
export function alignWaves(plans: readonly Plan[]): Plan[] {
  const lowest = new Map<string, number>()
  for (const {id, wave} of plans.flatMap(plan => written(plan))) lowest.set(id, Math.min(wave, lowest.get(id) ?? wave))
  return plans.map(plan => {
    const remarks: string[] = []
    const consumers = plan.consumers.map((consumer): PlannedConsumer => {
      if (consumer.role === 'store') return consumer
      const others = plans.filter(sibling => sibling !== plan && written(sibling).some(({id}) => id === consumer.id)).map(({name}) => name)
      const wave = lowest.get(consumer.id) ?? consumer.wave
      if (others.length > 0) remarks.push(`${consumer.id}: ${wave === consumer.wave ? '' : `moved to wave ${wave}, `}updated together with ${others.join(', ')}, in one release`)
      return {...consumer, wave}
    })
    return remarks.length === 0 ? plan : {...plan, consumers, remarks: [...plan.remarks, ...remarks]}
  })
}

const written = ({consumers}: Plan) => consumers.filter(({role}) => role === 'consumer')
