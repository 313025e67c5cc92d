import wrapAnsi from 'wrap-ansi'
import type {Styles} from './styles.js'
import {type ErrorCode, type RotationError, textOf} from '../errors.js'
import {visible, visibleLines} from '../text/shown.js'
import {proseWidth} from '../text/width.js'
import {named, type Names} from './names.js'

/** Nothing is wrong: the rotation waits for somebody. */
const WAITING: ReadonlySet<ErrorCode> = new Set(['ROTATE_APPROVAL', 'ROTATE_MANUAL'])

/** Wraps an error as the CLI does, but never a command, which is there to be copied. */
export function errorText({code, happened, now, steps}: RotationError, columns: number, styles: Styles, names: Names = new Map()): string {
  const bar = ` ${styles.glyphs.bar}   `
  const width = Math.max(30, proseWidth(columns) - bar.length)
  // A line of a message that somebody else has written is not to look like one of these.
  const prose = [`${WAITING.has(code) ? '' : 'Error: '}${happened}`, ...(now === undefined ? [] : [now])].map(text => visibleLines(named(text, names)).replaceAll(/\n(?! )/g, '\n  '))
  const lines = prose.flatMap(text => folded(text, width))
  const next = steps.flatMap(step => {
    const text = 'command' in step ? visible(textOf(step)) : visibleLines(textOf(step))
    const [, prose, command = text] = /^(.*:) (heroku .*)$/.exec(text) ?? []
    if (prose !== undefined) return [...folded(`  ${prose}`, width), `    ${styles.command(command)}`]
    return 'command' in step ? [`  ${styles.command(text)}`] : folded(text.replaceAll(/^/gm, '  '), width)
  })
  return [...lines, ...(next.length === 0 ? [] : ['', 'Next:', ...next]), styles.dim(`Code: ${code}`)]
    .map(line => `${styles.bad(bar)}${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}

/** Keeps the indent of each line, which wrapping alone would take away. */
const folded = (text: string, width: number): string[] => text.split('\n').flatMap(line => {
  const words = line.trimStart()
  const indent = line.slice(0, Math.min(line.length - words.length, width - 20))
  return wrapAnsi(words, width - indent.length, {hard: true}).split('\n').map(row => `${indent}${row}`)
})
