/* Writes rotation-file.schema.json, for editors: `npm run schema`. A test fails where it is not what this writes. */
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {z} from 'zod'

import {consumerKinds} from '../src/lib/consumers/registry.js'
import {probeKinds} from '../src/lib/probes/registry.js'
import {rotationSchema} from '../src/lib/rotation-file/schema.js'

export function jsonSchema(): unknown {
  const described = (kinds: ReadonlyMap<string, z.ZodType>, hasWave: boolean) => ({
    oneOf: [...kinds.values()].map(kind => withWave(z.toJSONSchema(kind, {io: 'input', unrepresentable: 'any'}), hasWave)),
  })
  const rotation = z.toJSONSchema(rotationSchema, {io: 'input', unrepresentable: 'any'})
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    properties: {
      rotations: {
        additionalProperties: {
          ...rotation,
          $schema: undefined,
          properties: {
            ...rotation.properties,
            consumers: {items: described(consumerKinds, true), minItems: 1, type: 'array'},
            probes: {items: described(probeKinds, true), type: 'array'},
            store: described(consumerKinds, false),
          },
        },
        description: 'what is rotated: the description of its authorization, without a date',
        minProperties: 1,
        type: 'object',
      },
      version: {const: 1},
    },
    required: ['rotations', 'version'],
    title: 'rotation file of heroku-authorizations-rotate',
    type: 'object',
  }
}

function withWave(schema: z.core.JSONSchema.BaseSchema, hasWave: boolean): unknown {
  const {properties = {}} = schema
  return {...schema, $schema: undefined, properties: hasWave ? {...properties, wave: {description: 'order of writing; default 1, 0 is the canary', minimum: 0, type: 'integer'}} : properties}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('../rotation-file.schema.json', import.meta.url), `${JSON.stringify(jsonSchema(), null, 2)}\n`)
