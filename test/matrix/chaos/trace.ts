import type {Files} from '../files.js'
import type {Scenario} from './scenario.js'
import type {Stage} from './stage.js'

/** Everything that was asked, told and written, without a token. */
export function traceOf({apps, operators, ...rest}: Scenario, {ended, hands, platform: {sandbox}}: Stage, files: readonly Files[]): string {
  const clean = (value: unknown) => sandbox.world.scrub(JSON.stringify(value))
  return [
    clean(rest),
    ...apps.map(app => `app ${clean(app)}`),
    ...operators.flatMap(({actions, machine}, index) => actions.map(action => `operator ${index + 1} on machine ${machine}: ${clean(action)}`)),
    '-- requests',
    ...sandbox.log.map(({applied, as, at, body, fault, method, n, path, status}) =>
      [n, `${(at % 86_400_000) / 1000}s`, as, method, path, status, applied || method === 'GET' ? '' : 'not applied', fault ?? '', body === undefined ? '' : clean(body)].join(' ').trimEnd()),
    ...(hands.length === 0 ? [] : ['-- by hand', ...hands.map(hand => clean(hand))]),
    '-- commands',
    ...ended.flatMap(({code, command, exit, now, operator, told}) => [
      `$ ${command} (${operator})`,
      ...sandbox.world.scrub(told).split('\n').map(line => `    ${line}`),
      `  => ${exit} ${code ?? ''} ${sandbox.world.scrub(now).replaceAll('\n', ' ')}`,
    ]),
    ...files.flatMap(({journals}, machine) => journals.flatMap(({id, records}) => [
      `-- journal ${id} on machine ${machine}`,
      ...records.filter(({type}) => type !== 'opened').map(record => clean(record)),
    ])),
  ].join('\n')
}
