import type {z} from 'zod'
import {dirname} from 'node:path'
import {isPair, isScalar, LineCounter, parseDocument, type Scalar, visit} from 'yaml'
import type {Where} from '../system/paths.js'
import {locateAnnouncement} from '../audit/announcement.js'
import {addressSchema, consumer, consumerKinds, locate, placed, type Placed} from '../consumers/registry.js'
import {heroku, RotationError} from '../errors.js'
import {isPrivate} from '../http/private-address.js'
import {locateProbe, type ProbeAddress, probeKinds, probeSchema} from '../probes/registry.js'
import {looksLikeToken} from '../secrecy/shapes.js'
import {nearest} from '../text/nearest.js'
import {hasHidden, hiddenIn as hiddenCharacters, visible} from '../text/shown.js'
import {isTooDeep} from './depth.js'
import {excerptOf} from './excerpt.js'
import {type Problem, problemAt, problemIn, problemsOf, type Source} from './problems.js'
import {fileSchema} from './schema.js'
import {slowProblems, syntaxWords} from './syntax.js'

/** The number of all of them stands above. */
const MOST_TOLD = 100
const LONGEST_TOLD = 500
const MOST_EXCERPTS = 10
const TOO_DEEP: Problem = {bare: true, column: 1, line: 1, message: 'it is nested too deeply, or has too many aliases'}

/** `path` is the name as typed. */
type File = {path: string; text: string}

export type FileRotation = ReturnType<typeof parseRotationFile>[number]

/** Reports everything that is wrong at once. `path` is the name as typed; paths in the file are relative to `absolute`. */
export function parseRotationFile(text: string, path: string, absolute: string, home: string) {
  const file = {path, text}
  const source = sourceOf(file)
  const problems = [...secretsIn(text, source), ...hiddenIn(source)]
  const content = readable<unknown>(file, () => source.document.toJS())
  const parsed = fileSchema.safeParse(content)
  if (!parsed.success) problems.push(...problemsOf(parsed.error, source, [], fileSchema))
  // Entries are checked even when something beside them is wrong, so that one run reports all problems.
  const where = {directory: dirname(absolute), home}
  const entries = entriesIn(content, source, problems, where)
  if (problems.length > 0 || !parsed.success) throw wrong(file, problems)

  return Object.entries(parsed.data.rotations).map(([name, rotation]) => ({
    actor: rotation.actor ?? null,
    announce: locateAnnouncement({audit: rotation.audit ?? [], notify: rotation.notify ?? []}, where),
    consumers: entries.consumers.get(name) ?? [],
    /** Days. */
    every: rotation.every ?? null,
    expiresIn: rotation['expires-in'],
    name,
    probes: entries.probes.get(name) ?? [],
    scope: rotation.scope,
  }))
}

function sourceOf(file: File): Source {
  const {text} = file
  if (isTooDeep(text)) throw wrong(file, [TOO_DEEP])
  const lines = new LineCounter()
  const document = readable(file, () => parseDocument(text, {lineCounter: lines, logLevel: 'error', prettyErrors: false, uniqueKeys: false}))
  const at = (offset: number, message: string) => problemIn(lines, offset, message)
  const syntax = [...document.errors, ...document.warnings].map(error => at(error.pos[0], syntaxWords(error)))
  syntax.push(...slowProblems(document).map(({message, offset}) => at(offset, message)))
  if (syntax.length > 0) throw wrong(file, [...commentsIn(text).map(offset => at(offset, 'a # after a space begins a comment: put the text in quotes')), ...syntax])
  return {document, lines}
}

/** Finds a `#` within braces or brackets that was not meant as a comment: the parser reports only a later line. */
function commentsIn(text: string): number[] {
  return [...text.matchAll(/^[^#"'\n]*[{[][^#"'\n]*[^\s,{[\]}][ \t](?=#[^\n]*[\]}][ \t]*$)/gm)].map(({0: before, index}) => index + before.length)
}

// The parser may run out of stack, or refuse that many aliases of aliases.
function readable<T>(file: File, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) throw wrong(file, [TOO_DEEP])
    throw error
  }
}

type Entries = {consumers: Map<string, Placed[]>; probes: Map<string, {address: ProbeAddress; wave: null | number}[]>}

function entriesIn(content: unknown, source: Source, problems: Problem[], where: Where): Entries {
  const entries: Entries = {consumers: new Map(), probes: new Map()}
  const rotations = objectOf(objectOf(content)['rotations'])
  problems.push(...privateIn(rotations, source))
  for (const [name, rotation] of Object.entries(rotations)) {
    const {consumers, probes, store} = objectOf(rotation)
    const path = ['rotations', name]
    const inOrder: Placed[] = []
    const ids = new Set<string>()
    if (store !== undefined) {
      const entry = read(source, problems, [...path, 'store'], {hasWave: false, kinds: consumerKinds, schema: addressSchema, value: store, what: 'consumer'})
      if (entry) inOrder.push({address: locate(entry.address, where), role: 'store', wave: 0})
      for (const {address} of inOrder) ids.add(consumer(address).id)
    }

    for (const [index, value] of listOf(consumers).entries()) {
      const entry = read(source, problems, [...path, 'consumers', index], {kinds: consumerKinds, schema: addressSchema, value, what: 'consumer'})
      if (!entry) continue
      const address = locate(entry.address, where)
      const {id} = consumer(address)
      if (ids.has(id)) problems.push(problemAt(source, [...path, 'consumers', index], `${id} is named twice; its keys are written together`))
      ids.add(id)
      inOrder.push(placed(address, entry.wave))
    }

    entries.consumers.set(name, inOrder)
    entries.probes.set(
      name,
      listOf(probes).flatMap((value, index) => {
        const entry = read(source, problems, [...path, 'probes', index], {kinds: probeKinds, schema: probeSchema, value, what: 'probe'})
        return entry ? [{address: locateProbe(entry.address, where), wave: entry.wave ?? null}] : []
      }),
    )
  }

  return entries
}

/** A name that resolves to such an address is refused when it is asked. */
function privateIn(rotations: Record<string, unknown>, source: Source): Problem[] {
  return Object.entries(rotations).flatMap(([name, rotation]) => ['audit', 'notify', 'probes'].flatMap(list => listOf(objectOf(rotation)[list]).flatMap((each, index) => {
    const {private: mayBePrivate, url} = objectOf(each)
    if (mayBePrivate !== undefined || typeof url !== 'string' || !URL.canParse(url) || !isPrivate(url)) return []
    return [problemAt(source, ['rotations', name, list, index, 'url'], 'url: is an address of this machine or of a private network: say private: true beside it if it is meant')]
  })))
}

type Entry<A> = {hasWave?: boolean; kinds: ReadonlyMap<string, z.ZodType>; schema: z.ZodType<A>; value: unknown; what: string}

function read<A>(source: Source, problems: Problem[], path: PropertyKey[], {hasWave = true, kinds, schema, value, what}: Entry<A>): null | {address: A; wave: number | undefined} {
  const {wave, ...rest} = objectOf(value)
  const address = hasWave ? rest : objectOf(value)
  const {kind} = rest
  if (typeof kind !== 'string') return null
  const kindSchema = kinds.get(kind)
  if (!kindSchema) {
    const meant = nearest(kind, kinds.keys())
    problems.push(problemAt(source, [...path, 'kind'], meant ? `${kind} is not a kind of ${what}; ${meant} is` : `this is not a kind of ${what}; there are ${[...kinds.keys()].join(', ')}`))
    return null
  }

  const checked = kindSchema.safeParse(address)
  if (!checked.success) {
    problems.push(...problemsOf(checked.error, source, path, kindSchema, hasWave ? ['wave'] : []))
    return null
  }

  return {address: schema.parse(address), wave: typeof wave === 'number' ? wave : undefined}
}

/** Searches the text, for comments, and the values, which quotes or folded lines may hide in the text. */
function secretsIn(text: string, {document, lines}: Source): Problem[] {
  const tokens = new Map<number, string>()
  let start = 0
  for (const line of text.split('\n')) {
    const token = tokens.size < MOST_TOLD ? looksLikeToken(line) : null
    if (token) tokens.set(start + token.index, token.what)
    start += line.length + 1
  }

  const isTold = ({range}: Scalar) => range && [...tokens.keys()].some(offset => offset >= range[0] && offset < range[1])
  visit(document, {
    Scalar(_, node) {
      const token = isScalar(node) && typeof node.value === 'string' && tokens.size < MOST_TOLD ? looksLikeToken(node.value) : null
      if (token && !isTold(node)) tokens.set(node.range?.[0] ?? 0, token.what)
    },
  })
  return [...tokens].map(([offset, what]): Problem => ({...problemIn(lines, offset, secret(what)), bare: true}))
}

/** Instructions and command lines may have several lines. */
const ofLines = new Set(['instructions', 'read', 'restore', 'run', 'write'])

/** Control and format characters could repaint the plan, or show a name that is not the one that is used. */
function hiddenIn({document, lines}: Source): Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Scalar(_, node, path) {
      if (typeof node.value !== 'string') return
      const keys = path.flatMap(parent => (isPair(parent) && isScalar(parent.key) ? [String(parent.key.value)] : []))
      const text = keys.some(key => ofLines.has(key)) ? node.value.replaceAll(/\r?\n|\t/g, ' ') : node.value
      if (hasHidden(text)) problems.push(problemIn(lines, node.range?.[0] ?? 0, `this has a character in it that cannot be seen: ${hiddenCharacters(text).slice(0, 5).join(' ')}`))
    },
  })
  return problems
}

const secret = (what: string) => `this looks like ${what}; a rotation file holds no secrets`

function objectOf(value: unknown): {[key: string]: unknown} {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function wrong({path, text}: File, problems: readonly Problem[]): RotationError {
  const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const lines = text.split('\n', inOrder.at(MOST_EXCERPTS)?.line)
  const shown = inOrder.map(problem => ({...problem, said: showable(problem.message)}))
  const told = new Map(shown.map(problem => [`${path}:${problem.line}:${problem.column}: ${problem.said}`, problem]))
  const messages = [...told].map(([message, {bare, column, key, line, message: problem}], index) => {
    const isShown = !bare && index < MOST_EXCERPTS && !looksLikeToken(problem)
    const excerpt = isShown ? excerptOf(lines[line - 1] ?? '', column, key ?? null) : null
    return excerpt === null ? message : `${message}\n${excerpt}`
  })
  const head = messages.length === 1 ? (messages[0] ?? '') : `${messages.length} things are wrong with the rotation file:\n${messages.slice(0, MOST_TOLD).join('\n')}`
  const places = [...told.values()].slice(0, MOST_TOLD).map(({column, line, said}) => ({column, file: path, line, message: said}))
  return new RotationError('ROTATE_FILE', head, {next: heroku('authorizations:rotate:check', '--file', path), now: 'Nothing was changed.', places})
}

/** A message may quote names from the file, and a name may be anything. */
function showable(message: string): string {
  const token = looksLikeToken(message)
  return token ? secret(token.what) : shortened(visible(message))
}

/** What is wrong stands at the end. */
const shortened = (text: string) => (text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD / 2)}…${text.slice(-LONGEST_TOLD / 2)}` : text)
