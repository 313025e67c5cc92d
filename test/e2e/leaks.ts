import type {Running} from '../support/cli-process.js'

import {treeWatcher} from '../support/process-tree.js'

/** What the platform shows of a token where it redacts it. */
const shownLength = 12
const pieceLength = 20

/**
 * The token in every form in which text carries one: raw, escaped for URLs, hex, base64 wherever in a longer
 * text it begins. Also its pieces, so that half of it does not get by.
 */
export function formsOf(token: string): string[] {
  const bytes = Buffer.from(token)
  const pieces = [0, 1].map(n => token.slice(shownLength + n * pieceLength, shownLength + (n + 1) * pieceLength))
  const base64 = [0, 1, 2].flatMap(offset => {
    // the characters that it shares with its neighbours are left out
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '').slice(offset + 1, -1)
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [token, encodeURIComponent(token), JSON.stringify(token).slice(1, -1), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64, ...pieces]
    .filter(form => form.length >= pieceLength)
}

export const leaksIn = (text: string, tokens: Iterable<string>): string[] =>
  [...tokens].flatMap(token => formsOf(token)).filter(form => text.includes(form))

export type Witnessed = {argv: Set<string>; environment: Set<string>; processes: Set<number>}

/** What anybody on the machine can see of the process and its descendants while it runs. */
export function watchProcesses({done, pid}: Running): Promise<Witnessed> {
  const seen: Witnessed = {argv: new Set(), environment: new Set(), processes: new Set()}
  const tree = treeWatcher(pid)
  const timer = setInterval(() => {
    for (const process of tree()) {
      seen.processes.add(process.pid)
      for (const word of process.argv) seen.argv.add(word)
      for (const variable of process.environment) seen.environment.add(variable)
    }
  }, 10)
  return done.then(() => {
    clearInterval(timer)
    return seen
  })
}
