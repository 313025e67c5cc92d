import {base64Cores, type Form, spellings, urlAlphabet} from './forms.js'

/** Both are printable ASCII, as tokens are. */
type Swap = {from: string; to: string}

type Hit = {at: number; form: Form; length: number}

/** What stands around each character of a text of bytes: nothing in UTF-8, a zero before or after it in UTF-16. */
type Width = {after: string; before: string}

/** Characters of base64 that show the token, and how many before and after them are needed to write another one: `lead` begins a group of four. */
type Site = {alphabet: Alphabet; core: string; lead: number; tail: number; wideCore: string}

type Alphabet = {characters: string; isPadded: boolean; of(base64: string): string}

const plain: Width = {after: '', before: ''}

const everyWidth: readonly Width[] = [plain, {after: '\0', before: ''}, {after: '', before: '\0'}]

const widthsOf = (text: string): readonly Width[] => (/\w\0\w/.test(text) ? everyWidth : [plain])

const alphabets: readonly Alphabet[] = [
  {characters: String.raw`[A-Za-z\d+/]`, isPadded: true, of: base64 => base64},
  {characters: String.raw`[\w-]`, isPadded: false, of: urlAlphabet},
]

const GAP = /\r?\n[\t ]*/g
/** Encoded, fewer characters say nothing. */
const SHORTEST = 12
/** More than a line of base64. */
const LOOKED_AFTER = 200

/** The text with one token in the place of the other, in each form; what cannot be written in its form stays. */
export function swapped(text: string, swap: Swap): string {
  let after = text
  const taken = new Set<string>()
  const widths = widthsOf(text)
  const targets = spelled(swap.to, widths)
  for (const [index, {form, text: old, width}] of spelled(swap.from, widths).entries()) {
    const fresh = targets[index]?.text
    // Two forms that became one could not be told apart on the way back.
    if (old === null || fresh === undefined || fresh === null || taken.has(fresh)) continue
    taken.add(fresh)
    after = after.replaceAll(old, (found: string, at: number, text: string) => (form === 'raw' && isLonger(swap.from, restAt(text, at + found.length, width)) ? found : fresh))
  }

  return swappedBase64(after, swap)
}

/** Text may be glued to a token; so long a rest of letters and digits makes another account's token of it. */
function isLonger(token: string, rest: string): boolean {
  const tail = rest.split('HRKU-')[0]?.split(token)[0] ?? ''
  return /^(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16}/.test(tail)
}

/** Every place that holds the token, in the order of the text. */
export function hitsIn(text: string, token: string): Hit[] {
  const hits: Hit[] = []
  for (const {form, text: spelling, width} of spelled(token, widthsOf(text))) {
    if (spelling === null) continue
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + spelling.length)) {
      if (form !== 'raw' || !isLonger(token, restAt(text, at + spelling.length, width))) hits.push({at, form, length: spelling.length})
    }
  }

  for (const {gaps, site, width} of sitesIn(text, token)) {
    for (const {0: found, index: at} of text.matchAll(new RegExp(coreOf(site, width, gaps), 'g'))) hits.push({at, form: 'base64', length: found.length})
  }

  let end = 0
  return hits.toSorted((a, b) => a.at - b.at).filter(({at, length}) => {
    if (at < end) return false
    end = at + length
    return true
  })
}

/** Every form that a text of bytes can be searched for, but those that are wide or folded into lines. */
export function searched(token: string): readonly string[] {
  return token.length < SHORTEST ? [token] : [...new Set([...spellings.map(({of}) => of(token)), ...sitesOf(token, plain).map(({core}) => core)])]
}

type Made<T> = (token: string, width: Width) => T

/** Remembers what was made of the last few tokens: thousands of texts are searched for the same two. */
function remembered<T>(make: Made<T>): Made<T> {
  const known = new Map(everyWidth.map(width => [width, new Map<string, T>()]))
  return (token, width) => {
    const before = known.get(width)
    const made = before?.get(token) ?? make(token, width)
    if (before?.size === 8) before.clear()
    before?.set(token, made)
    return made
  }
}

/** Null for what is there already. */
const spellingsOf = remembered((token, width) => {
  const known = new Set<string>([''])
  const few = token.length < SHORTEST ? spellings.slice(0, 1) : spellings
  return few.map(({form, of}) => {
    const text = wide(of(token), width)
    const isNew = !known.has(text)
    known.add(text)
    return {form, text: isNew ? text : null, width}
  })
})

const spelled = (token: string, widths: readonly Width[]) => widths.flatMap(width => spellingsOf(token, width))

function swappedBase64(text: string, swap: Swap): string {
  let after = text
  for (const {gaps, site, width} of sitesIn(text, swap.from)) {
    const one = wideOf(site.alphabet.characters, width)
    const pattern = `(?:${one}${gaps}){${site.lead}}${coreOf(site, width, gaps)}(?:${gaps}${one})*(?:${wideOf('=', width)}){0,2}`
    after = after.replaceAll(new RegExp(pattern, 'g'), (found: string, at: number) => {
      const next = narrow(after.slice(at + found.length, at + found.length + LOOKED_AFTER), width)
      return wide(swappedRun(narrow(found, width), {next, site, swap}), width)
    })
  }

  return after
}

/** First those whose characters stand together, then those that are folded into lines. */
function sitesIn(text: string, token: string): {gaps: string; site: Site; width: Width}[] {
  if (text.length < token.length) return []
  return [false, true].flatMap(isFolded => widthsOf(text).flatMap(width => {
    if (isFolded && !text.includes('\n')) return []
    const gap = `(?:${wideOf(String.raw`\r`, width)})?${wideOf(String.raw`\n`, width)}(?:${wideOf(String.raw`[\t ]`, width)})*`
    const searched = isFolded ? text.replaceAll(new RegExp(gap, 'g'), '') : text
    return sitesOf(token, width).filter(({wideCore}) => searched.includes(wideCore)).map(site => ({gaps: isFolded ? `(?:${gap})?` : '', site, width}))
  }))
}

/** In base64 as it is, as UTF-16, and as base64 again. */
const sitesOf = remembered((token, width): Site[] => {
  if (token.length < SHORTEST) return []
  const bytes = Buffer.from(token)
  const again = base64Cores(bytes).flatMap(({core, lead}) => [...new Set([core, urlAlphabet(core)])].map(text => ({content: Buffer.from(text), inner: lead, tail: 4})))
  const once = [bytes, Buffer.from(token, 'utf16le')].map(content => ({content, inner: 0, tail: 0}))
  return [...once, ...again].flatMap(({content, inner, tail}) => base64Cores(content).flatMap(({core, lead}) => alphabets.map(alphabet => {
    const written = alphabet.of(core)
    // Characters that the inner base64 shares with its neighbours may stand in the group before, or in the one after.
    return {alphabet, core: written, lead: inner >= Math.max(1, lead) ? lead + 4 : lead, tail, wideCore: wide(written, width)}
  })))
})

/** A run of base64 that begins with a group; lines that it is folded into stay where they are. */
function swappedRun(found: string, {next, site, swap}: {next: string; site: Site; swap: Swap}): string {
  const run = found.replaceAll(GAP, '')
  const content = Buffer.from(run, 'base64').toString('latin1')
  const end = content.indexOf(swap.from) + swap.from.length
  if (end >= swap.from.length && isLonger(swap.from, content.slice(end))) return found
  const made = swappedGroups(run, site, swap) ?? (endsBefore(next, run) ? recoded(run, site.alphabet, swap) : null)
  if (made === null || (made.length !== run.length && run !== found)) return found
  return [...found.matchAll(GAP)].reduce((text, {0: gap, index}) => text.slice(0, index) + gap + text.slice(index), made)
}

/** The groups of four that the token stands in, where what comes after them stays as it is. */
function swappedGroups(run: string, {alphabet, core, lead, tail}: Site, swap: Swap): null | string {
  // Base64 within it may go on behind these groups, so that another length would be padded in its middle.
  if (tail > 0 && swap.from.length !== swap.to.length) return null
  const groups = run.slice(0, Math.ceil((lead + core.length + tail) / 4) * 4).replace(/=+$/, '')
  // The last one may not be whole, or go on in letters that are no base64: none of its bits may be lost.
  const filling = 'A'.repeat((4 - (groups.length % 4)) % 4)
  const made = recoded(groups + filling, alphabet, swap)
  if (made === null || made.length % 4 !== 0 || made.endsWith('=')) return null
  return made.slice(0, made.length - filling.length) + swappedBase64(run.slice(groups.length), swap)
}

/** Whether nothing of the run follows, on the same line or on the next. */
function endsBefore(next: string, run: string): boolean {
  if (/^[\w+/=-]/.test(next)) return false
  return run.endsWith('=') || !/^\r?\n[\t ]*[\w+/-]+={0,2}[\t ]*(?:\r?\n|$)/.test(next)
}

/** Null where it is not base64 as it would be written, or would not be given back: without its padding one alphabet may be taken for the other. */
function recoded(run: string, alphabet: Alphabet, {from, to}: Swap): null | string {
  const made = swapWithin(run, alphabet, {from, to})
  if (made === null) return null
  // Of several copies in the run, one that begins with a group of its own was swapped before.
  const before = swapWithin(run, alphabet, {from: to, to: from})
  for (const each of alphabets) {
    const back = swapWithin(made, each, {from: to, to: from})
    if (back !== null) return back === before ? made : null
  }

  return null
}

function swapWithin(run: string, {isPadded, of}: Alphabet, swap: Swap): null | string {
  const content = Buffer.from(run, 'base64').toString('latin1')
  const encoded = (text: string) => {
    const padded = of(Buffer.from(text, 'latin1').toString('base64'))
    return run.endsWith('=') || (isPadded && run.length % 4 === 0) ? padded : padded.replace(/=+$/, '')
  }

  return encoded(content) === run ? encoded(swapped(content, swap)) : null
}

const restAt = (text: string, end: number, width: Width) => narrow(text.slice(end, end + LOOKED_AFTER), width)

const wide = (text: string, {after, before}: Width) => (after + before === '' ? text : text.replaceAll(/[^]/g, character => before + character + after))

const narrow = (text: string, {after, before}: Width) => (after + before === '' ? text : text.replaceAll('\0', ''))

/** A pattern of one character, wide. */
const wideOf = (one: string, {after, before}: Width) => `${before && String.raw`\x00`}${one}${after && String.raw`\x00`}`

const coreOf = ({core}: Site, width: Width, gaps: string) => [...core].map(character => wideOf(/\w/.test(character) ? character : `\\${character}`, width)).join(gaps)
