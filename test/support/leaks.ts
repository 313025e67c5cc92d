import {inspect} from 'node:util'

import {formsOf} from './token-forms.js'

/** Everything that can be got out of an error, hidden or not. */
export function everythingIn(error: unknown): string {
  const shown = [inspect(error, {depth: Infinity, getters: true, showHidden: true}), inspect(error, {customInspect: false, depth: Infinity, showHidden: true}), String(error)]
  for (let level = error; level instanceof Error; level = level.cause) {
    for (const key of Reflect.ownKeys(level)) shown.push(`${String(key)}: ${inspect(Reflect.get(level, key), {depth: Infinity, showHidden: true})}`)
    shown.push(level.message, level.stack ?? '', level.name, JSON.stringify(level))
  }

  return shown.join('\n')
}

/** Which of the values can be read in the text, in any form. */
export function leaked(text: string, values: readonly string[]): string[] {
  return values.filter(value => formsOf(value).some(form => text.includes(form)))
}
