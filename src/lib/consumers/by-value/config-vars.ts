import * as z from 'zod'
import type {ConfigVars} from '../../heroku/schemas.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Holding, Tokens, Values} from '../adapter.js'
import {flag, instead, refused} from '../../errors.js'
import {isHidden} from '../../heroku/redaction.js'
import {holdsToken, replaceToken} from '../../secrecy/occurrences.js'
import {nearest} from '../../text/nearest.js'
import {candidatesOf, hasPart, refuseUnheld, standIn, toldOfPart} from './held.js'

export const DEFAULT_KEY = 'HEROKU_API_KEY'

// Heroku has names that its own description of them does not allow, such as those with dots.
const key = z.string().min(1, 'is not a config var name')
const keys = z.array(key).min(1)
const meant = z.union([z.literal(true), keys]).optional()

/** Name or ID, which becomes part of a path. */
export const placeName = z.string().min(1).regex(/^(?!\.{1,2}$)/, 'is not a name')

/** Config vars of a consumer: those named, or every one that holds the token. */
export const configVarFields = {
  /** Keys that are not set and get the token; true for all that are named. */
  add: meant,
  keys: keys.optional(),
  /** Keys that get the token whatever they hold; true for all that are named. */
  overwrite: meant,
}
type Fields = z.output<z.ZodObject<typeof configVarFields>>

type Place = Fields & {
  id: string
  /** As `--add` and `--overwrite` take it. */
  name: string
}

/** Reads all config vars; which of them are written is known once the outgoing token is. */
export function searched({id, name, ...fields}: Place, vars: ConfigVars): Pick<Holding, 'candidates' | 'knowing' | 'values'> {
  const named = namedKeys(fields)
  const asked = [...vars].filter(([each, value]) => !isHidden(value) && (!fields.keys || named.includes(each)))
  return {
    candidates: asked.flatMap(([each, value]) => (value ? candidatesOf(value).map(token => ({at: `${id}:${each}`, token})) : [])),
    knowing(tokens) {
      for (const each of named) refuseKey(name, each, {fields, tokens, vars})
      const found = fields.keys ? [] : asked.filter(([, value]) => isReplaceable(value, tokens)).map(([each]) => each)
      const written = [...new Set([...found, ...named])]
      const {outgoing} = tokens
      const parts = outgoing ? [...vars].filter(([, value]) => value && hasPart(value, outgoing)).map(([each]) => toldOfPart(each)) : []
      if (written.length > 0) return {keys: written, values: valuesOf(vars, written), warnings: parts}
      throw refused('ROTATE_NOT_HELD_HERE', `${name} has no config var with the old token.`, flag('--add', `${name}:${DEFAULT_KEY}`))
    },
    values: valuesOf(vars, named),
  }
}

/** Leaves out what cannot be read; without keys, everything that can is answered. */
export function valuesOf(vars: ConfigVars, wanted: readonly string[] = []): Values {
  return new Map(
    (wanted.length > 0 ? wanted : [...vars.keys()]).flatMap((each): [string, null | Secret][] => {
      const value = vars.get(each)
      if (value === undefined) return [[each, null]]
      return isHidden(value) ? [] : [[each, value]]
    }),
  )
}

function namedKeys({add, keys: named, overwrite}: Fields): string[] {
  const also = [add, overwrite].flatMap(one => (Array.isArray(one) ? one : []))
  const all = [...new Set([...(named ?? []), ...also])]
  return all.length === 0 && add === true ? [DEFAULT_KEY] : all
}

function refuseKey(name: string, each: string, {fields: {add, keys: asked = [], overwrite}, tokens, vars}: {fields: Fields; tokens: Tokens; vars: ConfigVars}): void {
  const value = vars.get(each) ?? null
  if (vars.has(each) && isHidden(value)) return
  const isMeant = (one: Fields['add']) => one === true || one?.includes(each) === true
  if (value === null && !isMeant(add) && asked.includes(each)) refuseMistyped(name, each, asked, [...vars].filter(([, held]) => isReplaceable(held, tokens)).map(([key]) => key))
  refuseUnheld(`${each} of ${name}`, value, tokens, {
    add: isMeant(add) || flag('--add', `${name}:${each}`),
    // First what is safe: every config var of the app that holds the token, whatever was named.
    overwrite: isMeant(overwrite) || [...(name.includes('/') ? [] : [flag('--app', name)]), flag('--overwrite', `${name}:${each}`)],
  })
  if (!value || !tokens.outgoing || isReplaceable(value, tokens) || isMeant(overwrite)) return
  throw refused('ROTATE_NOT_HELD_HERE', `${each} of ${name} has the old token in a form that cannot be updated.`, flag('--allow-straggler', name))
}

function refuseMistyped(name: string, each: string, asked: readonly string[], holding: readonly string[]): void {
  const likely = nearest(each, holding)
  if (likely === null) return
  const [typed, corrected] = [asked, asked.map(one => (one === each ? likely : one))].map(all => `${name}:${[...new Set(all)].join(',')}`)
  throw refused('ROTATE_NOT_HELD_HERE', `${each} of ${name} is not set. Did you mean ${likely}?`, [instead(typed ?? '', corrected ?? ''), flag('--add', `${name}:${each}`)])
}

function isReplaceable(value: null | Secret, {incoming, outgoing}: Tokens): boolean {
  if (!value || isHidden(value)) return false
  if (outgoing && holdsToken(value, outgoing)) return replaceToken(value, outgoing, incoming ?? standIn).left.length === 0
  return incoming !== null && holdsToken(value, incoming)
}
