import {createHash} from 'node:crypto'
import * as z from 'zod'
import type {Disk} from '../system/disk.js'
import {heroku, type Next, RotationError, todo} from '../errors.js'
import {jsonIn} from '../text/json.js'
import {typed} from '../text/shell-quote.js'

const JOURNAL_VERSION = 2

const lineSchema = z.strictObject({
  at: z.number(),
  n: z.number().int(),
  record: z.unknown(),
  /** Missing in journals of version 1. */
  signatures: z.array(z.string()).optional(),
  sum: z.string(),
  version: z.number().int(),
})

/** Signs the checksum of a line, and with it, because checksums are chained, all lines before. */
type Sign = (sum: string) => string

/** The time of a record, which every process can compare; `here` is the time of this process where it wrote the record itself. */
export type Moment = {at: number; here?: number}

/** `refuseLost` throws where another process may write the journal. */
type Ports<R> = {disk: Disk; now: () => Required<Moment>; refuseLost?: () => Promise<void>; schema: z.ZodType<R>; sign: Sign}

export type Written<R> = Moment & {record: R}

/**
 * An append-only file of JSON lines with chained checksums, each on disk before `append` resolves. A crash in the
 * middle of a write leaves a last line without its end. That line is ignored: its `append` never resolved, so nothing
 * was done on the strength of it. Any other damage is refused.
 *
 * Checksums find damage, and anybody can compute them. A signature takes the session's token, so that a journal that
 * somebody else has written or changed is told from one of ours.
 */
export class Journal<R> {
  readonly path: string
  readonly #disk: Disk
  readonly #now: () => Required<Moment>
  readonly #refuseLost: () => Promise<void>
  readonly #schema: z.ZodType<R>
  readonly #signs: Sign[]
  #chain = ''
  #count = 0
  #length = 0
  #isSigned = true
  #records: Written<R>[] = []
  #tail: Promise<void> = Promise.resolve()
  #waiting: {records: R[]; written: Promise<void>} | null = null

  private constructor(path: string, {disk, now, refuseLost = async () => {}, schema, sign}: Ports<R>) {
    this.path = path
    this.#schema = schema
    this.#signs = [sign]
    this.#disk = disk
    this.#now = now
    this.#refuseLost = refuseLost
  }

  static async open<R>(path: string, ports: Ports<R>): Promise<Journal<R>> {
    const journal = new Journal(path, ports)
    journal.#load((await ports.disk.read(path)) ?? '')
    return journal
  }

  /** Whether the last line was signed with the key of this session. */
  get isSigned(): boolean {
    return this.#isSigned
  }

  /** From now on, whoever has that key takes the journal for one of theirs, too. */
  signAlso(sign: Sign): void {
    this.#signs.push(sign)
  }

  get records(): readonly Written<R>[] {
    return this.#records
  }

  /** Records that come while the disk is busy are written together with one fsync, in the order of the calls. */
  async append(record: R): Promise<void> {
    // A record that could not be read back must not be written.
    this.#schema.parse(record)
    if (this.#waiting) {
      this.#waiting.records.push(record)
      return this.#waiting.written
    }

    const records = [record]
    const written = this.#tail.then(() => {
      this.#waiting = null
      return this.#write(records)
    })
    this.#waiting = {records, written}
    this.#tail = written.catch(() => {})
    return written
  }

  async #write(records: readonly R[]): Promise<void> {
    const {at, here} = this.#now()
    let chain = this.#chain
    const lines = records.map((record, index) => {
      const body = JSON.stringify({at, n: this.#count + index, record, version: JOURNAL_VERSION})
      const sum = checksum(chain, body)
      const signatures = this.#signs.map(sign => sign(sum))
      chain = [sum, ...signatures].join(' ')
      return `${summed(body, sum, signatures)}\n`
    })
    const text = lines.join('')
    await this.#refuseLost()
    await this.#disk.append(this.path, text, this.#length)
    this.#records.push(...records.map(record => ({at, here, record})))
    this.#count += records.length
    this.#chain = chain
    this.#length += Buffer.byteLength(text)
  }

  #load(text: string): void {
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
      const failure = this.#take(line)
      if (failure === null) continue
      if (failure === 'newer') throw this.#refuse('is from a newer version of this plugin', heroku('plugins:update'))
      throw this.#refuse(
        `is damaged in line ${index + 1}`,
        [
          todo(`Restore ${this.path} from a backup.`),
          todo(`Or set it aside, and finish by hand what \`heroku authorizations\` still marks with this rotation: ${typed('mv', this.path, `${this.path}.damaged`)}`),
        ],
      )
    }
  }

  #take(line: string): 'damaged' | 'newer' | null {
    const parsed = lineSchema.safeParse(jsonIn(line))
    if (!parsed.success) return 'damaged'
    const {at, n, record, signatures = [], sum, version} = parsed.data
    if (version > JOURNAL_VERSION) return 'newer'
    const body = line.slice(0, line.lastIndexOf(',"sum":')) + '}'
    if (line !== summed(body, sum, parsed.data.signatures) || n !== this.#count || sum !== checksum(this.#chain, body)) return 'damaged'
    const known = this.#schema.safeParse(record)
    // A refinement of the schema says what no version writes.
    if (!known.success) return known.error.issues.every(({code}) => code === 'custom') ? 'damaged' : 'newer'
    this.#records.push({at, record: known.data})
    this.#count++
    this.#isSigned = this.#signs.some(sign => signatures.includes(sign(sum)))
    this.#chain = [sum, ...signatures].join(' ')
    this.#length += Buffer.byteLength(line) + 1
    return null
  }

  #refuse(why: string, next: Next | readonly Next[]): RotationError {
    return new RotationError('ROTATE_JOURNAL', `The journal ${this.path} ${why}.`, {
      next,
      now: 'This command changed nothing and revoked no token.',
    })
  }
}

/** A line is read only where it is what would be written: of a key that stands twice, JSON takes the last one, which the checksum does not cover. */
function summed(body: string, sum: string, signatures?: readonly string[]): string {
  return `${body.slice(0, -1)},"sum":"${sum}"${signatures ? `,"signatures":${JSON.stringify(signatures)}` : ''}}`
}

function checksum(previous: string, body: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex')
}
