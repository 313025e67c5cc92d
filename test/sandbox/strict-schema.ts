export type Json = boolean | Json[] | JsonObject | null | number | string
export type JsonObject = {[key: string]: Json}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const kept = new Set(['additionalProperties', 'enum', 'format', 'minimum', 'pattern', 'required', 'type'])
const maps = new Set(['definitions', 'patternProperties', 'properties'])
const lists = new Set(['allOf', 'anyOf', 'oneOf'])

/**
 * A draft-04 hyper-schema as today's validators take it: without `links`, examples and `id`.
 * Objects get strict: every published property is there, and no other one.
 */
export function strictly(schema: Json, base: string): JsonObject {
  if (!isObject(schema)) throw new Error('a schema has to be an object')
  const strict: JsonObject = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref') strict[key] = `${base}${String(value)}`
    else if (kept.has(key)) strict[key] = value
    else if (maps.has(key) && isObject(value)) strict[key] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, strictly(part, base)]))
    else if (lists.has(key) && Array.isArray(value)) strict[key] = value.map(part => strictly(part, base))
    else if (key === 'items') strict[key] = strictly(value, base)
  }

  const {properties} = strict
  if (isObject(properties) && !('patternProperties' in strict)) {
    strict['required'] = Object.keys(properties)
    strict['additionalProperties'] = false
  }

  return strict
}
