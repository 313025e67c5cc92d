/** Answers that no system in its right mind gives, and connections that break; the same ones for the same seed. */
import {createHash} from 'node:crypto'

export type BadAnswer = {describe: string; respond(): Promise<Response>}

export type Choices = {
  /** A number from 0 up to, and without, the limit. */
  below(limit: number): number
  pick<T>(of: readonly T[]): T
}

type Kinds = {
  headers?(choices: Choices, secret: () => string): Record<string, string>
  /** JSON of about the right shape. */
  oddities(choices: Choices, secret: () => string): readonly (() => unknown)[]
  statuses: readonly number[]
}

const CODES = ['ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'UND_ERR_SOCKET']

export function badAnswer(seed: string, secrets: readonly string[], {headers, oddities, statuses}: Kinds): BadAnswer {
  const choices = choicesFrom(seed)
  const {below, pick} = choices
  const secret = () => pick(secrets)
  if (below(8) === 0) {
    const code = pick(CODES)
    const lost = secret()
    return {describe: code, respond: () => Promise.reject(new TypeError(`fetch failed ${lost}`, {cause: Object.assign(new Error(lost), {code, request: lost})}))}
  }

  const odd = () => JSON.stringify(pick(oddities(choices, secret))())
  const texts: (() => string)[] = [
    odd,
    odd,
    () => odd().slice(0, -1 - below(8)),
    () => `<html><body>${secret()}</body></html>`,
    () => '',
    () => `\u0000\uFFFD${secret()}`,
    () => `Error: ${secret()}\n    at handler (/app/index.js:1:1)`,
  ]
  const status = pick(statuses)
  const text = pick(texts)()
  const init = {headers: {location: `https://example.com/${secret()}`, ...headers?.(choices, secret)}, status, statusText: 'Odd'}
  return {describe: `${status} ${text}`, respond: async () => new Response(text, init)}
}

export function choicesFrom(seed: string): Choices {
  let count = 0
  const below = (limit: number) => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() % limit
  return {
    below,
    pick<T>(of: readonly T[]): T {
      const chosen = of[below(of.length)]
      if (chosen === undefined) throw new Error('nothing to choose from')
      return chosen
    },
  }
}
