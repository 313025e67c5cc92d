import type {Violation} from '../../sandbox/sandbox.js'
import type {Files} from '../files.js'
import type {Scenario} from './scenario.js'
import type {HandSet, Stage} from './stage.js'

import {type Before, brokenInWorld, brokenOnDisk} from '../laws.js'

type Case = {files: readonly Files[]; scenario: Scenario; stage: Stage; was: Before}

/** Which laws are broken, once nothing is in flight any more. */
export function broken({files, scenario, stage, was}: Case): string[] {
  const {sandbox} = stage.platform
  const touched = (problem: string) => stage.hands.some(({app}) => problem.startsWith(`${app}:`))
  const isDone = files.some(({outcomes}) => outcomes.includes('completed'))
  const hasNoDrain = scenario.options.drain !== null || scenario.options.ignoreOneOff
  return [
    ...sandbox.world.violations
      .filter(violation => !isGivenUp(violation, scenario, stage) && !(violation.kind === 'dyno' && hasNoDrain) && !isSomebodys(violation, stage))
      .map(({consumer, detail, request}) => `locked out: ${consumer}, ${detail} (request ${request})`),
    ...brokenInWorld(sandbox, was, isDone ? 'completed' : 'rolled-back').filter(problem => !problem.startsWith('locked out:') && !touched(problem)),
    ...files.flatMap(each => brokenOnDisk(each, sandbox)),
    ...(scenario.options.inPlace ? [] : twice(files)),
    ...stage.ended.flatMap(({code, exit, next, now, operator, told}) => {
      const text = [told, now, ...next].join('\n')
      return [
        ...(exit === 'stuck' ? [`${operator} never comes to an end`] : []),
        ...(code === 'ROTATE_UNEXPECTED' ? [`${operator}: the error is not a typed one: ${now}`] : []),
        ...(code !== null && next.length === 0 ? [`${operator}: ${code} does not say what to do next`] : []),
        ...(sandbox.world.scrub(text) === text ? [] : [`${operator} has told a token`]),
      ]
    }),
  ]
}

/** Of several rotations of one authorization at most one completes. */
function twice(files: readonly Files[]): string[] {
  const replaced = files.flatMap(({journals}) => journals.flatMap(({records}) => {
    if (!records.some(({outcome, type}) => type === 'closed' && outcome === 'completed')) return []
    const [opened] = records
    return [/"outgoing":\{[^}]*"id":"([^"]+)"/.exec(JSON.stringify(opened))?.[1] ?? 'unknown']
  }))
  return replaced.filter((id, index) => replaced.indexOf(id) !== index).map(id => `two rotations have replaced ${id}`)
}

/** In place, nobody is promised a token that works from the regenerate on. */
function isGivenUp({request}: Violation, {options}: Scenario, {platform: {sandbox}}: Stage): boolean {
  return options.inPlace && sandbox.log.some(({n, path}) => n <= request && path.endsWith('/regenerate-tokens'))
}

/** What somebody sets by hand after the rotation has looked for the last time, it cannot know of. */
function isSomebodys({consumer, detail, request}: Violation, {hands, platform: {sandbox}}: Stage): boolean {
  return hands.some(hand => `${hand.app}:${hand.key}` === consumer.replace('-renamed:', ':') && (hand.value === 'text' ? detail.includes('token of nobody') : hand.isDead || isUnseen(hand)))

  /** Nobody has looked between then and the revoke. */
  function isUnseen({app, n}: HandSet): boolean {
    const revoke = sandbox.log.find(entry => entry.n > n && entry.n <= request && entry.method === 'DELETE')
    const reads = sandbox.log.filter(entry => entry.n > n && entry.n <= (revoke?.n ?? request) && entry.method === 'GET' && entry.path === `/apps/${app}/config-vars`)
    return reads.length === 0
  }
}
