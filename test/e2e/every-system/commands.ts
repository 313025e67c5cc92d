import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'

import {pluginData} from '../example-rotation.js'
import {name, type Systems} from './systems.js'

/** Rotates what the file names, and waits as long for old dynos as the sandbox lets them run. */
export const rotateFile = ({machine}: Pick<Systems, 'machine'>): string[] =>
  ['authorizations:rotate', '--file', machine.rotationFile, '--drain', '1', '--confirm', name]

const entrySchema = z.looseObject({
  action: z.string(),
  consumers: z.array(z.looseObject({id: z.string(), release: z.number().nullable(), stamp: z.string().nullable(), status: z.string()})),
  context: z.looseObject({}),
  probes: z.array(z.strictObject({evidence: z.string(), id: z.string()})),
})

/** The entries of the audit log, oldest first. */
export async function auditOf(home: string): Promise<z.output<typeof entrySchema>[]> {
  const text = await readFile(join(pluginData(home), 'audit/audit.jsonl'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).map(line => entrySchema.parse(JSON.parse(line)))
}
