/** Control and format characters, line and paragraph separators: they repaint a terminal, or turn a text around. Letters without ink look like another name. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
const STYLE = new RegExp(`(${String.fromCodePoint(27)}${String.raw`\[[\d;]*m)`}`)

/** On one line, whatever is in it. */
export const visible = (text: string): string => text.replaceAll(HIDDEN, escaped)

export const visibleLines = (text: string): string => text.split('\n').map(line => visible(line)).join('\n')

/** For a whole text with our own colours in it; nothing that moves the cursor is left. */
export const visibleBetweenStyles = (text: string): string =>
  text.split(STYLE).map((part, index) => (index % 2 === 1 ? part : visibleLines(part))).join('')

/** A copy for people, of which each string stands on one line; methods are not copied. */
export function shown<T extends object>(value: T): T {
  const copy = structuredClone(value)
  makeVisible(copy)
  return copy
}

/** JSON says the same with these characters escaped. */
export const visibleJson = (json: string): string => json.replaceAll(/[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, unicode)

export const hasHidden = (text: string): boolean => text.search(HIDDEN) !== -1

/** Each character that cannot be seen, escaped. */
export const hiddenIn = (text: string): string[] => [...new Set(text.match(HIDDEN))].map(character => escaped(character))

function makeVisible(node: object): void {
  for (const [key, value] of Object.entries(node)) {
    const name = visible(key)
    const isText = typeof value === 'string'
    if (!isText && typeof value === 'object' && value !== null) makeVisible(value)
    if (name !== key) Reflect.deleteProperty(node, key)
    if (isText || name !== key) Reflect.set(node, name, isText ? visible(value) : value)
  }
}

const escaped = (character: string) => ({'\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`})[character] ?? unicode(character)

/** As JSON has it: one escape for each UTF-16 unit. */
function unicode(character: string): string {
  const units = Buffer.from(character, 'utf16le').swap16().toString('hex').match(/.{4}/g) ?? []
  return units.map(unit => String.raw`\u${unit}`).join('')
}
