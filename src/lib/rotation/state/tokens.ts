import type {Values} from '../../consumers/adapter.js'
import type {Context} from '../../context.js'
import type {Secret} from '../../secrecy/secret.js'
import {open, seal, type Sealed} from '../../journal/seal.js'

const NOTHING: Sealed = {incoming: null, outgoing: null, previous: {}}

/** The tokens of one rotation, sealed on disk before anything depends on them and for as long as the rotation is open. */
export class Tokens {
  readonly #context: Context
  readonly #rotation: string
  #content: Sealed
  /** False when the session has changed and cannot open the sealed file, or the file is gone. */
  readonly complete: boolean

  private constructor(context: Context, rotation: string, content: Sealed | null) {
    this.#context = context
    this.#rotation = rotation
    this.complete = content !== null
    this.#content = content ?? NOTHING
    this.#learn()
  }

  /** `isSealed`: the journal says that something was sealed. */
  static async load(context: Context, rotation: string, isSealed = false): Promise<Tokens> {
    const text = await context.disk.read(context.paths.sealed(rotation))
    if (text === null) return new Tokens(context, rotation, isSealed ? null : NOTHING)
    return new Tokens(context, rotation, open(text, context.session, rotation))
  }

  get incoming(): {id: string; token: Secret} | null {
    return this.#content.incoming
  }

  get outgoing(): null | Secret {
    return this.#content.outgoing
  }

  /** Undefined where the old values are not known. */
  previous(consumer: string): undefined | Values {
    const keys = this.#content.previous[consumer]
    return keys && new Map(Object.entries(keys))
  }

  async keep({previous, ...tokens}: Partial<Omit<Sealed, 'previous'>> & {previous?: ReadonlyMap<string, Values>}): Promise<void> {
    const before = previous && {previous: Object.fromEntries([...previous].map(([id, values]) => [id, Object.fromEntries(values)]))}
    this.#content = {...this.#content, ...tokens, ...before}
    this.#learn()
    const {disk, paths, random, session} = this.#context
    await disk.replace(paths.sealed(this.#rotation), seal(this.#content, session, this.#rotation, random))
  }

  shred(): Promise<void> {
    return this.#context.disk.shred(this.#context.paths.sealed(this.#rotation))
  }

  #learn(): void {
    const {filter} = this.#context
    filter.add(this.#content.incoming?.token)
    filter.add(this.#content.outgoing)
    for (const keys of Object.values(this.#content.previous)) for (const value of Object.values(keys)) filter.add(value)
  }
}
