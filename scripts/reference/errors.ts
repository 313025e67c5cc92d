import {typeable} from '../../src/lib/cli/suggestion.js'
import {catalogue, type ErrorCode, RotationError} from '../../src/lib/errors.js'
import {errorText} from '../../src/lib/output/error-text.js'
import {stylesFor} from '../../src/lib/output/styles.js'
import {failed} from './errors/failed.js'
import {midway} from './errors/midway.js'
import {type Recorded, type Sample} from './errors/sample.js'
import {systems} from './errors/systems.js'
import {usage} from './errors/usage.js'

/** A code without a sample does not compile. */
export const samples: Record<ErrorCode, Recorded | Sample> = {...failed, ...systems, ...usage, ...midway}

const COLUMNS = 100
const styles = stylesFor('stderr', {LANG: 'C.UTF-8', NO_COLOR: '1'})

const codes = Object.values(catalogue).flatMap((each): ErrorCode[] => [...each]).sort()

export function errorsPage(): string {
  return [
    '# Errors',
    '',
    '<!-- made by npm run docs -->',
    '',
    'An error says what happened, what is true now, and what to type next. Below is every code, with an example of its screen.',
    'The exit code is the usual one: where nothing was made yet, 3 becomes 1, and in the middle of a rotation 1 becomes 3.',
    'What to do about each is told in fewer words in [troubleshooting](../troubleshooting.md), and the exit codes on [a page of their own](exit-codes.md).',
    ...codes.flatMap(code => section(code, samples[code])),
    '',
  ].join('\n')
}

function section(code: ErrorCode, sample: Recorded | Sample): string[] {
  const head = ['', `## ${code}`, '']
  if ('recorded' in sample) return [...head, `No error: a reason in the journal (“${sample.recorded}”). ${sample.means}`]
  const {happened, means, next, now} = sample
  const error = new RotationError(code, happened, {next: [next].flat().map(step => typeable('authorizations:rotate', ['example-token'], step)), now})
  return [...head, `Exit code ${error.exitCode}. ${means}`, '', '```text', errorText(error, COLUMNS, styles).trimEnd(), '```']
}
