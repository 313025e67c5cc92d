import {catalogue, type Exit, exitCodes} from '../../src/lib/errors.js'

const meanings: Record<Exit, string> = {
  failed: 'failed; nothing is left half-done',
  incomplete: 'incomplete: can be resumed, and until the revoke rolled back',
  interrupted: 'interrupted; can be resumed, and until the revoke rolled back',
  overdue: '`status --due`: something is overdue',
  usage: 'wrong usage, or a confirmation is missing; nothing was changed',
}

const exits = (['failed', 'usage', 'incomplete', 'overdue', 'interrupted'] as const).map(exit => ({code: exitCodes[exit], exit}))

export function exitCodesPage(): string {
  const codes = (['failed', 'usage', 'incomplete', 'interrupted'] as const).flatMap(exit => [
    '',
    `## ${exitCodes[exit]}`,
    '',
    [...catalogue[exit]].sort().map(code => `\`${code}\``).join(' · '),
  ])
  return [
    '# Exit codes',
    '',
    '<!-- made by npm run docs -->',
    '',
    '| code | meaning |',
    '|---|---|',
    '| 0 | done, or stopped where it was asked to stop |',
    ...exits.map(({code, exit}) => `| ${code} | ${meanings[exit]} |`),
    '',
    'An error says what happened, what is true now and what to type next, and has a code. [Troubleshooting](../troubleshooting.md) goes by these codes.',
    'Below are the codes by the exit code that they end a command with, where nothing more is known; before anything was made, a code of 3 ends with 1.',
    ...codes,
    '',
  ].join('\n')
}
