import {expect} from 'chai'

const SHOWN = 8

/** Fails with what was found: all of it counted, the first of it told. */
export function expectNone(failures: readonly string[], among: number): void {
  if (failures.length === 0) return
  const more = failures.length > SHOWN ? `\n\n… and ${failures.length - SHOWN} more` : ''
  expect.fail(`${failures.length} of ${among} fail\n\n${failures.slice(0, SHOWN).join('\n\n')}${more}`)
}
