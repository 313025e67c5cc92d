import fc from 'fast-check'
import {createHash} from 'node:crypto'
import {isDeepStrictEqual} from 'node:util'

import type {Disk} from '../../../src/lib/system/disk.js'

import {RotationError} from '../../../src/lib/errors.js'
import {Journal} from '../../../src/lib/journal/journal.js'
import {signer} from '../../../src/lib/journal/seal.js'
import {type Record, recordSchema} from '../../../src/lib/rotation/state/records.js'
import {fold} from '../../../src/lib/rotation/state/state.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {planOf} from '../../support/plan.js'
import {sampleToken} from '../../support/sample-token.js'
import {changed, changes, nat, target} from '../target.js'

const records: Record[] = [
  {actor: 'operator@example.com', adopted: null, host: 'example-host', plan: planOf(), type: 'opened'},
  {name: 'create', status: 'started', type: 'phase'},
  {createdAt: '2026-01-15T12:00:00Z', description: 'wört', expiresIn: null, fingerprint: '0123456789ab', id: 'b', scope: ['global'], type: 'incoming'},
  {name: 'create', seconds: 2, status: 'finished', type: 'phase'},
  {id: 'heroku-config:example-app', release: 4, stamp: null, status: 'written', type: 'consumer', wrote: true},
  {apps: 1, pipelines: 0, type: 'scanned', unreadable: []},
  {by: 'token', incomingStatus: 200, outgoingStatus: 401, type: 'proof'},
  {type: 'pivoting'},
  {outcome: 'completed', type: 'closed'},
]

const sign = signer(new Secret(sampleToken('session')), 'k7m2pq9xtz')

function diskWith(bytes: Buffer, taken: (text: string) => void): Disk {
  const refuse = () => Promise.reject(new Error('only read and append'))
  return {append: async (_, text) => taken(text), claim: refuse, list: async () => [], read: async () => bytes.toString(), replace: refuse, shred: refuse}
}

const open = (bytes: Buffer) => Journal.open('journal', {disk: diskWith(bytes, () => {}), now: () => ({at: 0, here: 0}), schema: recordSchema, sign})

async function written(): Promise<string> {
  let text = ''
  const disk = diskWith(Buffer.of(), lines => {
    text += lines
  })
  const journal = await Journal.open('journal', {disk, now: () => ({at: 1_768_478_400_000, here: 0}), schema: recordSchema, sign})
  for (const record of records) await journal.append(record)
  return text
}

const real = await written()
const whole = Buffer.from(real)
const lines = real.trimEnd().split('\n')
/** Ends of lines that JSON reads in the place of what the checksum covers. */
const doubled = [...records.map(record => `,"record":${JSON.stringify(record)}`), ',"n":0', ',"at":7', ',"version":1', ',"signatures":[]', ' ', ',"sum":""']

const sums = (all: readonly string[]) => {
  let chain = ''
  return all.map((body, n) => {
    const numbered = body.replace(/"n":\d+/, `"n":${n}`)
    const sum = createHash('sha256').update(chain).update(numbered).digest('hex')
    const signatures = /"signatures":(\[.*?\])/.exec(lines[n] ?? '')?.[1] ?? '[]'
    chain = [sum, ...signatures.replaceAll(/[[\]"]/g, '').split(',').filter(Boolean)].join(' ')
    return `${numbered.slice(0, -1)},"sum":"${sum}","signatures":${signatures}}\n`
  }).join('')
}

/** Lines in any order, with the checksums that anybody can compute, and the signatures that stood there. */
const mended = fc.array(nat(lines.length), {maxLength: 20}).map(order => sums(order.map(index => (lines[index] ?? '').replace(/,"sum":.*$/, '}'))))

const cases = fc.oneof(
  changes().map(all => Buffer.from(changed(real, all))),
  changes(doubled).map(all => Buffer.from(changed(real, all))),
  fc.tuple(nat(lines.length), fc.constantFrom(...doubled)).map(([n, more]) => Buffer.from(lines.map((line, index) => `${index === n ? `${line.slice(0, -1)}${more}}` : line}\n`).join(''))),
  fc.array(fc.tuple(nat(whole.length), fc.nat({max: 255})), {maxLength: 3, minLength: 1}).map(all => {
    const bytes = Buffer.from(whole)
    for (const [at, byte] of all) bytes[at] = byte
    return bytes
  }),
  fc.tuple(nat(whole.length), fc.uint8Array({maxLength: 40})).map(([at, more]) => Buffer.concat([whole.subarray(0, at), more])),
  fc.uint8Array({maxLength: 200}).map(bytes => Buffer.from(bytes)),
  mended.map(text => Buffer.from(text)),
)

/** Whatever is not what this session wrote, torn or cut, is refused or is not signed. */
export const journal = target('journal', cases, async bytes => {
  try {
    const opened = await open(bytes)
    fold(opened.records)
    const text = bytes.toString()
    const kept = text.slice(0, text.lastIndexOf('\n') + 1)
    if (!opened.isSigned || opened.records.length === 0) return
    if (!real.startsWith(kept)) throw new Error('signed, and changed')
    if (!isDeepStrictEqual(opened.records.map(({record}) => record), records.slice(0, opened.records.length))) throw new Error('signed, and other records')
  } catch (error) {
    if (!(error instanceof RotationError)) throw error
  }
})
