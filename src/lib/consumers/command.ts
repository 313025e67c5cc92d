import {stripVTControlCharacters} from 'node:util'
import * as z from 'zod'
import {heroku, RotationError, todo} from '../errors.js'
import {holdsToken} from '../secrecy/occurrences.js'
import {Secret} from '../secrecy/secret.js'
import {type CommandLine, commandLine, findProgram, locateProgram, perform} from '../system/program.js'
import {typed} from '../text/shell-quote.js'
import {type Access, defineAdapter, type Evidence, evidence, type Holding, holds, orLeftAsIs, type Values} from './adapter.js'
import {changes, heldBy, meantFields} from './by-value/held.js'

const SECONDS = 60

const addressSchema = z.strictObject({
  ...meantFields,
  env: z
    .array(
      z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable').refine(name => name !== 'HEROKU_API_KEY', 'is a Heroku token, which no command gets'),
    )
    .optional(),
  kind: z.literal('command'),
  name: z.string().regex(/^\w[\w.-]*$/, 'is not a name of letters, digits, dots and dashes'),
  read: commandLine.optional(),
  restore: commandLine.optional(),
  timeout: z.number().positive().max(3600).optional(),
  write: commandLine,
})
type Address = z.output<typeof addressSchema>

export const command = defineAdapter<Address>({
  address: addressSchema,
  asSession: ({read}) => (read ? `export HEROKU_API_KEY="$(${typed(...read)})"` : null),
  id: ({name}) => `command:${name}`,
  async inspect(at, access) {
    for (const program of [at.write, at.read, at.restore]) if (program) await findProgram(program, access.env)
    const values = await this.read(at, access)
    return {dynos: null, ...remarksOn(at, values), values, ...(at.read ? heldAlone(at, values) : {})}
  },
  keys: ({name}) => [name],
  kind: 'command',
  label: ({name}) => name,
  locate: ({read, restore, write, ...at}, where) => ({
    ...at,
    ...(read ? {read: locateProgram(read, where)} : {}),
    ...(restore ? {restore: locateProgram(restore, where)} : {}),
    write: locateProgram(write, where),
  }),
  reach: ({env = [], read, restore, write}) => [
    ...(read ? [{command: read, does: 'read', env}] : []),
    {command: write, does: 'write', env},
    ...(restore ? [{command: restore, does: 'take back', env}] : []),
  ],
  async read(at, access): Promise<Values> {
    const {name, read} = at
    if (!read) return new Map()
    const printed = await perform(jobOf(at, read), access)
    const value = printed.replace(/\r?\n$/, '')
    return new Map([[name, value === '' ? null : new Secret(value)]])
  },
  async write(at, values, access) {
    const current = await orLeftAsIs(access, () => this.read(at, access))
    const wanted = changes(current, values, access)
    if (!wanted) return evidence(false)
    const value = wanted.get(at.name) ?? null
    const program = access.isBack ? (at.restore ?? at.write) : at.write
    if (value === null && !at.restore) return byHand(at, access)
    // Empty stdin tells the restore command that nothing was held.
    await orLeftAsIs(access, () => perform({...jobOf(at, program), input: value ?? new Secret(''), known: [...current.values()]}, access), isUnstarted)
    // Of a longer value, what is not kept but printed beside it has been written too.
    const isPlain = [access.tokens?.incoming, access.tokens?.outgoing].some(token => value?.equals(token))
    if (!at.read || !value || !access.tokens || isPlain) return evidence(true)
    const printed = await this.read(at, access)
    if (holds(printed, wanted)) return evidence(true)
    const kept = printed.get(at.name)?.expose(text => value.expose(written => keptOf(text, written)))
    if (kept) await perform({...jobOf(at, program), input: new Secret(kept), known: [...printed.values(), value]}, access)
    throw printsMore(at)
  },
})

const isUnstarted = (error: unknown) => error instanceof RotationError && (error.code === 'ROTATE_NO_PROGRAM' || error.code === 'ROTATE_UNTRUSTED')

const jobOf = ({env, name, timeout}: Address, line: CommandLine) => ({command: line, name, passes: env, seconds: timeout ?? SECONDS})

async function byHand(at: Address, {person}: Access): Promise<Evidence> {
  const id = `command:${at.name}`
  const by = await person.confirms(id, `Take the token out of ${at.name} by hand: it had none before, and the rotation file has no restore command.`)
  if (by !== null) return evidence(true, `by ${by}`)
  throw new RotationError('ROTATE_COMMAND', `${at.name} had nothing before, and the rotation file has no restore command.`, {
    next: [todo(`Take the token out of ${at.name} by hand.`), heroku('authorizations:rotate:resume', '--done', id)],
  })
}

/** Answers the written value without that which is printed around it, and was written with it. Null where nobody can tell. */
function keptOf(printed: string, written: string): null | string {
  const at = printed.indexOf(written)
  const before = printed.slice(0, Math.max(0, at))
  const after = printed.slice(at + written.length)
  const isAround = at !== -1 && written.length > before.length + after.length && written.startsWith(before) && written.endsWith(after)
  return isAround ? written.slice(before.length, written.length - after.length) : null
}

/** Refuses a program that prints a notice beside the token, or quotes or colours it: these would be written with it. */
function heldAlone(at: Address, values: Values): Pick<Holding, 'candidates' | 'knowing'> {
  const held = heldBy(`command:${at.name}`, at, values)
  return {
    ...held,
    knowing(tokens) {
      const value = values.get(at.name)
      const trimmed = value?.expose(text => new Secret(text.replaceAll(/^[\t\r ]+|[\t\r ]+$/g, '')))
      const lines = value?.expose(text => text.split('\n').map(line => new Secret(bareOf(line)))) ?? []
      if (!trimmed?.equals(tokens.outgoing) && lines.some(line => line.equals(tokens.outgoing))) throw printsMore(at)
      const known = held.knowing?.(tokens) ?? {}
      const isMore = value && tokens.outgoing && !trimmed?.equals(tokens.outgoing) && holdsToken(value, tokens.outgoing)
      // A label cannot be told from what is kept, such as a line of settings.
      return isMore ? {...known, remarks: ['what its read command prints around the token is written with it: a label or a notice must not be there']} : known
    },
  }
}

/** Without quotes, as JSON has them, the lines of a table, colours, and a byte order mark. */
const bareOf = (line: string) => stripVTControlCharacters(line).replaceAll(/^[\uFEFF\s|│]*["'`]?|["'`]?[\s|│]*$/g, '')

const printsMore = ({name, read = ['']}: Address) =>
  new RotationError('ROTATE_COMMAND', `${name}: ${read[0]} prints more than what is kept, and ${name} would be given all of it.`, {
    next: todo(`Let the read command of ${name} print what is kept and nothing else: a notice belongs to stderr.`),
  })

function remarksOn(at: Address, values: Values): Pick<Holding, 'byPerson' | 'remarks' | 'warnings'> {
  if (!at.read) return {remarks: ['it has no read command, so only its exit code says that it has the token']}
  if (values.get(at.name) !== null || at.restore) return {remarks: []}
  return {byPerson: true, remarks: [], warnings: ['it has nothing now and no restore command: after a rollback take the token out by hand']}
}
