import {createHash} from 'node:crypto'
import {homedir} from 'node:os'
import {basename, dirname} from 'node:path'
import * as z from 'zod'
import {refused, RotationError, todo} from '../errors.js'
import {Secret} from '../secrecy/secret.js'
import {absolutePath, belowHome} from '../system/paths.js'
import {typed} from '../text/shell-quote.js'
import {type Access, defineAdapter, evidence, orLeftAsIs, type Tokens, type Values} from './adapter.js'
import {toldOfPart} from './by-value/held.js'
import {type Adding, mentions} from './file/add.js'
import {type Change, changed, notHeld, stillHeld} from './file/change.js'
import {candidatesIn, fixedPlacesOf, isHeld, partsOf, placesOf} from './file/held.js'
import {type Found, keep, look, replace, sweep} from './file/on-disk.js'

/** A file holds the token, wherever in it that stands: in what is shown and recorded, the key of its value. */
const HELD = 'token'
const KEY = 'HEROKU_API_KEY'
const MACHINE = 'api.heroku.com'
const PROFILES = new Set(['.bash_profile', '.bashrc', '.profile', '.zprofile', '.zshenv', '.zshrc'])
/** Consumers of one file are written at the same time. */
const TRIES = 20

const addressSchema = z
  .strictObject({
    add: z.literal(true).optional(),
    format: z.enum(['dotenv', 'fish', 'netrc', 'powershell', 'shell']).optional(),
    key: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable').optional(),
    kind: z.literal('file'),
    machine: z.string().regex(/^[\w.:-]+$/, 'is not the name of a machine').optional(),
    path: z
      .string()
      .min(1)
      .regex(/^[^\0\n\r]+$/, 'is not a path')
      .regex(/^(?!~[^/])/, 'is in the home of somebody else: use ~/')
      .regex(/^(?![$%])/, 'begins with a variable, which is not expanded: use ~/ for your home'),
  })
  .refine(({add, format}) => !add || format !== undefined, {error: 'is needed to add the token: dotenv, fish, netrc, powershell or shell', path: ['format']})
  .refine(({format, key}) => format !== 'netrc' || key === undefined, {error: 'has no meaning in a netrc: name the machine', path: ['key']})
  .refine(({format, machine}) => format === 'netrc' || machine === undefined, {error: 'is for the format netrc only', path: ['machine']})
type Address = z.output<typeof addressSchema>

const idOf = ({path}: Address) => `file:${path}`

const byStdin = todo('Put the token on stdin, and run the command again with --outgoing-token-stdin.')

/** A file of any syntax, of which every byte stays but those of the token. */
export const file = defineAdapter<Address>({
  address: addressSchema,
  asSession,
  id: idOf,
  async inspect(at) {
    const found = await look(at.path)
    const {bytes} = found
    return {
      candidates: (bytes ? candidatesIn(bytes) : []).map(token => ({at: idOf(at), token})),
      dynos: null,
      knowing(tokens) {
        const values = valuesOf(at, found, tokens)
        const problem = values.get(HELD) === null ? notHeld(at.path, bytes, addingOf(at)) : null
        if (problem) throw refused('ROTATE_NOT_HELD_HERE', problem.happened, problem.next)
        if (!values.has(HELD)) throw refused('ROTATE_NOT_HELD_HERE', `The old token is not known, so nobody can look for it in ${at.path}.`, byStdin)
        const {outgoing} = tokens
        const fixed = bytes && outgoing ? fixedPlacesOf(bytes, outgoing) : []
        const parts = bytes && outgoing ? partsOf(bytes, outgoing).map(line => toldOfPart(`line ${line}`)) : []
        return {fixed, places: bytes && outgoing ? placesOf(bytes, outgoing) : [], remarks: remarksOn(at, found, tokens), values, warnings: [...warningsOn(at, found, fixed), ...parts]}
      },
      remarks: [],
      values: valuesOf(at, found),
    }
  },
  keys: () => [HELD],
  kind: 'file',
  label: ({path}) => belowHome(path),
  locate: ({path, ...at}, where) => ({...at, path: absolutePath(path, where)}),
  reach: ({path}) => [{does: 'write', path}],
  async read(at, {tokens}) {
    return valuesOf(at, await look(at.path), tokens)
  },
  async write(at, values, access) {
    const change = changeOf(at, values, access)
    const name = temporaryNameOf(change, access)
    for (let tries = 0; tries < TRIES; tries++) {
      access.signal.throwIfAborted()
      const {after, found} = await orLeftAsIs(access, async () => {
        const before = await look(at.path)
        await sweep(before, name)
        return {after: changed(before.bytes, change), found: before}
      })
      const isSame = after === found.bytes || (after !== null && found.bytes?.equals(after) === true)
      if (!isSame && !(await orLeftAsIs(access, () => replace(found, after, name)))) continue
      if (!isSame) await keep(found)
      const {from, isBack, path, to} = change
      if (isBack && after && from && to && !from.equals(to) && isHeld(after, from)) throw stillHeld(path, after, from)
      return {...evidence(!isSame), ...(isBack && after === null && to ? {isGone: true} : {})}
    }

    access.leftAsIs?.()
    throw new RotationError('ROTATE_FILE', `Somebody else keeps changing ${at.path}.`, {exit: 'incomplete', next: todo(`Close what has ${at.path} open.`)})
  },
})

function changeOf(at: Address, values: Values, {isBack = false, tokens}: Access): Change {
  const from = (isBack ? tokens?.incoming : tokens?.outgoing) ?? null
  return {adding: addingOf(at), from, isBack, path: at.path, to: values.get(HELD) ?? null}
}

/** Stays in both directions and in every process of a rotation; other rotations, and other links to the file, have another one. */
const temporaryNameOf = ({path, to}: Change, {tokens}: Access) =>
  `${(tokens?.outgoing ?? tokens?.incoming ?? to)?.fingerprint ?? HELD}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`

function addingOf({add, format, key, machine}: Address): Adding | null {
  if (!add || !format) return null
  return {format, name: format === 'netrc' ? (machine ?? MACHINE) : (key ?? KEY)}
}

const isNetrc = ({format, machine = MACHINE, path}: Address) => machine === MACHINE && basename(path) === '.netrc' && (format ?? 'netrc') === 'netrc'

const isProfile = ({format, path}: Address) => format === 'shell' || (format === undefined && PROFILES.has(basename(path)))

/** Null where the file is no profile of the home directory: other lines of it, such as those of a repository, would run as commands. */
function asSession(at: Address): null | string {
  const {key = KEY, path} = at
  // Where the CLI has a keychain it reads its netrc only if told to: the keychain may hold the revoked token.
  if (isNetrc(at)) return 'unset HEROKU_API_KEY; export HEROKU_NETRC_WRITE=true'
  return isProfile(at) && PROFILES.has(basename(path)) && dirname(path) === homedir() ? `${typed('.', path)}; export ${key === KEY ? KEY : `${KEY}="$${key}"`}` : null
}

/** The outgoing token where it stands anywhere, also beside the incoming one. */
function valuesOf(at: Address, {bytes}: Found, tokens?: Tokens): Values {
  if (!bytes) return new Map([[HELD, null]])
  const known = [tokens?.outgoing, tokens?.incoming].find((token): token is Secret => Boolean(token && isHeld(bytes, token)))
  if (known) return new Map([[HELD, known]])
  if (tokens?.outgoing) return new Map([[HELD, null]])
  const [candidate, ...others] = candidatesIn(bytes)
  if (candidate) return others.length === 0 ? new Map([[HELD, candidate]]) : new Map()
  const adding = addingOf(at)
  return adding && !mentions(bytes, adding) ? new Map([[HELD, null]]) : new Map()
}

function remarksOn(at: Address, {bytes}: Found, tokens?: Tokens): string[] {
  const {add, format, key, machine} = at
  const adding = addingOf(at)
  const remarks = isProfile(at) ? ['open shells keep the old token until they are started again'] : []
  if (!bytes) remarks.push('the file does not exist and will be made')
  else if (tokens?.outgoing && isHeld(bytes, tokens.outgoing)) remarks.push(...placesOf(bytes, tokens.outgoing))
  else if (adding && !mentions(bytes, adding)) remarks.push('the token is added at the end')
  const unused = Object.entries({format, key, machine}).filter(([, value]) => value !== undefined).map(([name]) => name)
  if (!add && unused.length > 0) remarks.push(`${unused.join(', ')}: only used with add; the token is replaced wherever it stands`)
  return remarks
}

function warningsOn(at: Address, {path, stats}: Found, fixed: readonly string[]): string[] {
  return [
    ...(path === at.path ? [] : [`it is a link to ${path}, which is updated`]),
    ...(stats && process.getuid && (stats.mode & 0o044) !== 0 ? ['other users of this machine can read it (chmod go-r)'] : []),
    ...fixed.map(place => `${place}: the token is there in a form that cannot be updated; replace it by hand`),
  ]
}
