import * as z from 'zod'
import {consumerKinds} from '../consumers/registry.js'
import {probeKinds} from '../probes/registry.js'
import {nearest} from '../text/nearest.js'
import {fileSchema} from './schema.js'

type Node = z.core.JSONSchema.BaseSchema

const jsonSchemas = new WeakMap<z.ZodType, Node>()

function jsonOf(schema: z.ZodType): Node {
  const known = jsonSchemas.get(schema) ?? z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'})
  jsonSchemas.set(schema, known)
  return known
}

/** The schema with all that it may be instead. */
const branches = (node: Node): Node[] => [node, ...[node.anyOf, node.oneOf, node.allOf].flatMap(all => all ?? []).flatMap(each => branches(each))]

function below(node: Node, part: PropertyKey): Node[] {
  return branches(node).flatMap(({additionalProperties, items, properties}) => {
    const child = typeof part === 'number' ? items : (properties?.[String(part)] ?? additionalProperties)
    return typeof child === 'object' && !Array.isArray(child) ? [child] : []
  })
}

/** The keys that may stand at the path. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): Set<string> {
  const nodes = path.reduce((all: Node[], part) => all.flatMap(node => below(node, part)), [jsonOf(schema)])
  return new Set(nodes.flatMap(node => branches(node)).flatMap(({properties}) => Object.keys(properties ?? {})))
}

/** The key that was probably meant; `env` stands for `environment`. */
export function keyMeant(key: string, known: ReadonlySet<string>): null | string {
  if (key.length < 2) return null
  return [...known].find(each => each.startsWith(key)) ?? (key.length > 2 ? nearest(key, known) : null)
}

let all: Set<string> | undefined

/** All keys that a rotation file may have anywhere. */
export function fieldNames(): Set<string> {
  all ??= new Set([fileSchema, ...consumerKinds.values(), ...probeKinds.values()].flatMap(schema => namesIn(jsonOf(schema))))
  return all
}

function namesIn(node: Node): string[] {
  return branches(node).flatMap(({additionalProperties, items, properties = {}}) => [
    ...Object.keys(properties),
    ...[...Object.values(properties), additionalProperties, items].flatMap(child => (typeof child === 'object' && !Array.isArray(child) ? namesIn(child) : [])),
  ])
}
