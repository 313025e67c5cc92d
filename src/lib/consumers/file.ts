import {basename} from 'node:path'
import {z} from 'zod'

import type {Values} from './adapter.js'
import type {Key} from './file/edit.js'

import {RotationError} from '../errors.js'
import {Secret} from '../secrecy/secret.js'
import {absolutePath} from '../system/paths.js'
import {typed} from '../text/shell-quote.js'
import {defineAdapter, evidence} from './adapter.js'
import {dotenv} from './file/dotenv.js'
import {isSetTo, linesOf, valueIn, withoutKey, withValue} from './file/edit.js'
import {Unclear} from './file/format.js'
import {netrc} from './file/netrc.js'
import {type Found, look, refusal, replace, sweep} from './file/on-disk.js'
import {shell} from './file/shell.js'

const formats = {dotenv, netrc, shell} as const

const KEY = 'HEROKU_API_KEY'
const MACHINE = 'api.heroku.com'
/** Consumers of one file are written at the same time. */
const TRIES = 20

const addressSchema = z
  .strictObject({
    format: z.enum(['dotenv', 'netrc', 'shell']),
    key: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable').optional(),
    kind: z.literal('file'),
    machine: z.string().regex(/^[\w.:-]+$/, 'is not the name of a machine').optional(),
    path: z
      .string()
      .min(1)
      .regex(/^[^\0\n\r]+$/, 'is not a path')
      .regex(/^(?!~[^/])/, 'names the home of somebody else: only ~/ is known'),
  })
  .refine(({format, key}) => format !== 'netrc' || key === undefined, {error: 'has no meaning in a netrc: name the machine', path: ['key']})
  .refine(({format, machine}) => format === 'netrc' || machine === undefined, {error: 'is for the format netrc only', path: ['machine']})
type Address = z.output<typeof addressSchema>

/** A value in a file of settings, of which every other byte stays as it is. */
export const file = defineAdapter<Address>({
  address: addressSchema,
  asSession,
  id: at => `file:${at.path}#${keyOf(at)}`,
  async inspect(at) {
    const found = await look(at.path)
    return {dynos: null, remarks: clearly(at, () => remarksOn(at, found)), values: valuesOf(at, found), warnings: warningsOn(found)}
  },
  keys: at => [keyOf(at)],
  kind: 'file',
  locate: ({path, ...at}, where) => ({...at, path: absolutePath(path, where)}),
  async read(at) {
    return valuesOf(at, await look(at.path))
  },
  async write(at, values, {signal}) {
    const key = keyOf(at)
    const value = values.get(key)?.expose(text => text) ?? null
    for (let tries = 0; tries < TRIES; tries++) {
      signal.throwIfAborted()
      const found = await look(at.path)
      await sweep(found, key)
      if (clearly(at, () => holdsAlready(at, found, value))) return evidence(false)
      const text = clearly(at, () => changed(at, found, value))
      if (await replace(found, text, key)) return evidence(true)
    }

    throw new RotationError('ROTATE_FILE', `${at.path} is being changed by somebody else all the time.`, {
      exit: 'incomplete',
      next: `Close what has ${at.path} open.`,
    })
  },
})

const keyOf = ({format, key, machine}: Address) => (format === 'netrc' ? (machine ?? MACHINE) : (key ?? KEY))

/** A dotenv file is no shell script: its other lines could run as commands. */
function asSession(at: Address): null | string {
  const key = keyOf(at)
  switch (at.format) {
  case 'dotenv': {
    return null
  }

  // The CLI reads it by itself, where no variable says otherwise.
  case 'netrc': {
    return key === MACHINE && basename(at.path) === '.netrc' ? 'unset HEROKU_API_KEY' : null
  }

  case 'shell': {
    return `${typed('.', at.path)}; export ${key === KEY ? KEY : `${KEY}="$${key}"`}`
  }
  }
}

const keyIn = (at: Address): Key => ({format: formats[at.format], key: keyOf(at)})

function valuesOf(at: Address, {text}: Found): Values {
  const value = text === null ? null : clearly(at, () => valueIn(text, keyIn(at)))
  if (value === null && at.format === 'netrc') {
    throw refusal(`${at.path} has no password of the machine ${keyOf(at)}`, `Add the machine ${keyOf(at)} with its login and a password to ${at.path}.`)
  }

  return new Map([[keyOf(at), value === null ? null : new Secret(value)]])
}

function holdsAlready(at: Address, {text}: Found, value: null | string): boolean {
  return text === null ? value === null : isSetTo(text, keyIn(at), value)
}

function changed(at: Address, {text}: Found, value: null | string): null | string {
  if (value === null) return text === null ? null : withoutKey(text, keyIn(at))
  const after = withValue(text, keyIn(at), value)
  if (after !== null) return after
  throw new RotationError('ROTATE_FILE_VALUE', `${at.path}: a ${at.format} file cannot hold the value of ${keyOf(at)}.`, {
    next: `Change ${keyOf(at)} in ${at.path} by hand.`,
  })
}

function remarksOn(at: Address, {text}: Found): string[] {
  const lines = text === null ? [] : linesOf(text, keyIn(at))
  const remarks: string[] = []
  if (text === null) remarks.push('the file does not exist and is made')
  else if (lines.length === 0) remarks.push('a line is added at the end')
  else if (lines.length === 1) remarks.push(`line ${lines[0]} is changed`)
  else remarks.push(`lines ${lines.join(', ')} are changed, and a rollback gives all of them the value that is in force now`)
  if (at.format === 'shell') remarks.push('shells that are open keep the value they have until they are started anew')
  return remarks
}

const warningsOn = ({stats}: Found) => (stats && process.getuid && (stats.mode & 0o044) !== 0 ? ['other users of this machine can read it (chmod go-r)'] : [])

function clearly<T>(at: Address, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Unclear)) throw error
    throw new RotationError('ROTATE_FILE_UNCLEAR', `${at.path}:${error.line} ${error.message}.`, {
      next: `Write ${keyOf(at)} as one plain value in ${at.path}, or take it off the consumers.`,
    })
  }
}
