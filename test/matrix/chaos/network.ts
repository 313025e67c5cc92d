import type {Fetch} from '../../../src/lib/ports.js'
import type {Clock} from '../../sandbox/sandbox.js'
import type {NetworkFault} from './scenario.js'

type Ports = {
  clock: Clock
  /** Called once for every request, before it. */
  decide(): {death: 'after' | 'before' | null; fault: NetworkFault['kind'] | null}
  die(): void
  fetch: typeof globalThis.fetch
  jitter(): number
}

const json = {headers: {'content-type': 'application/json'}}
const never = () => new Promise<never>(() => {})

/** Between one process and the platform: what is lost, garbled or never answered, and when the process dies. */
export function network({clock, decide, die, fetch, jitter}: Ports): Fetch {
  async function ask(...[url, init]: Parameters<Fetch>): Promise<Response> {
    const {death, fault} = decide()
    const delay = jitter()
    if (delay > 0) await clock.sleep(delay)
    if (death === 'before') {
      die()
      return never()
    }

    const early = fault === null ? undefined : before(fault)
    if (early) return early()
    // What is under way is done even where nobody waits for it any more.
    const {signal, ...rest} = init
    const answer = await fetch(url, rest)
    if (death === 'after') {
      die()
      return never()
    }

    signal?.throwIfAborted()
    return fault === null ? answer : after(fault, answer)
  }

  return (url, init) => new Promise((resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason), {once: true})
    ask(url, init).then(resolve, reject)
  })
}

function before(fault: NetworkFault['kind']): (() => Promise<Response>) | undefined {
  switch (fault) {
  case '429':
  case '500':
  case '503': {
    return async () => failure(Number(fault))
  }

  case 'hang': {
    return never
  }

  case 'reset-before': {
    return reset
  }

  default: {
    return undefined
  }
  }
}

async function after(fault: NetworkFault['kind'], answer: Response): Promise<Response> {
  switch (fault) {
  case '500-after':
  case '503-after': {
    return failure(Number(fault.slice(0, 3)))
  }

  case 'hang-after': {
    return never()
  }

  case 'malformed-json': {
    return new Response('{"id": ', {headers: answer.headers, status: answer.status})
  }

  case 'reset-after': {
    return reset()
  }

  case 'wrong-shape': {
    const text = await answer.text()
    return new Response(text.startsWith('[') ? '{"unexpected":true}' : '[]', {headers: answer.headers, status: answer.status})
  }

  default: {
    return answer
  }
  }
}

const failure = (status: number) => new Response(JSON.stringify({id: 'fault', message: 'Something is wrong.'}), {...json, status})

async function reset(): Promise<never> {
  throw new TypeError('fetch failed', {cause: Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})})
}
