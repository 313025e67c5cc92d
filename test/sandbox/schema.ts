import {Ajv, type ValidateFunction} from 'ajv'
import addFormats from 'ajv-formats'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {matchPath} from './http/route.js'
import {isObject, type Json, type JsonObject, strictly} from './strict-schema.js'

const location = fileURLToPath(new URL('../../../shared/platform-api-schema.json', import.meta.url))

type Link = {check: ValidateFunction; method: string; template: string}

/** The published schema of the Platform API, to hold the sandbox's answers against. */
export class PlatformSchema {
  readonly #links: Link[]

  private constructor(schema: JsonObject) {
    const ajv = new Ajv({allErrors: true, strict: false, unicodeRegExp: false})
    addFormats.default(ajv)
    const definitions = objectAt(schema, 'definitions')
    ajv.addSchema({$id: 'platform', definitions: Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, strictly(definition, '')]))})
    this.#links = Object.values(definitions).flatMap(definition => linksOf(definition)).map(({href, method, target}) => ({
      check: ajv.compile(strictly(target, 'platform')),
      method,
      template: href.replaceAll(/\{[^}]*\}/g, ':parameter'),
    })).sort((a, b) => parameters(a.template) - parameters(b.template))
  }

  /** The schema, or why there is none. */
  static load(): PlatformSchema | {reason: string} {
    let text: string
    try {
      text = readFileSync(location, 'utf8')
    } catch (error) {
      return {reason: `the published schema cannot be read: ${error instanceof Error ? error.message : String(error)}`}
    }

    const schema: Json = JSON.parse(text)
    if (!isObject(schema)) return {reason: `${location} is not a JSON schema`}
    return new PlatformSchema(schema)
  }

  /** What is wrong with the body of a successful answer; nothing, if it is as published. */
  complaints(method: string, path: string, body: unknown): string[] {
    const link = this.#links.find(candidate => candidate.method === method && matchPath(candidate.template, path))
    if (!link) return [`${method} ${path} is not in the published schema`]
    if (link.check(body)) return []
    return (link.check.errors ?? []).map(({instancePath, message = '', params}) => `${method} ${path}: ${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`)
  }
}

function linksOf(definition: Json): {href: string; method: string; target: Json}[] {
  const links = isObject(definition) ? definition['links'] : undefined
  if (!Array.isArray(links)) return []
  return links.flatMap(link => {
    if (!isObject(link)) return []
    const {href, method, targetSchema} = link
    return typeof href === 'string' && typeof method === 'string' && targetSchema !== undefined ? [{href, method, target: targetSchema}] : []
  })
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const child = parent[key]
  if (!isObject(child)) throw new Error(`the published schema has no ${key}`)
  return child
}

function parameters(template: string): number {
  return template.split(':').length
}
