import type {Switches} from '../switches.js'
import type {Authorization, Token} from './authorization.js'
import type {Identifiers} from './identifiers.js'
import type {Timeline} from './timeline.js'

export type NewAuthorization = {
  client?: string
  createdAt?: number
  description: string
  expiresIn?: number | null
  isDefault?: boolean
  isSession?: boolean
  scope?: string[]
  token?: string
}

const nothing = () => {}

/** Every authorization there ever was, and which token belongs to which. */
export class Authorizations {
  readonly #all: Authorization[] = []
  readonly #ids: Identifiers
  readonly #owners = new Map<string, Authorization>()
  readonly #switches: Switches
  readonly #timeline: Timeline
  readonly #tokens = new Map<string, Token>()

  constructor(timeline: Timeline, ids: Identifiers, switches: Switches) {
    this.#timeline = timeline
    this.#ids = ids
    this.#switches = switches
  }

  get all(): readonly Authorization[] {
    return this.#all
  }

  get existing(): Authorization[] {
    return this.#all.filter(authorization => !authorization.revoked)
  }

  /** What the list endpoint shows already. */
  get listed(): Authorization[] {
    const visibleSince = this.#timeline.now - this.#switches.listEventuallyConsistent
    return this.existing.filter(({createdAt}) => createdAt <= visibleSince)
  }

  create(made: NewAuthorization): Authorization {
    const now = made.createdAt ?? this.#timeline.now
    const authorization: Authorization = {
      client: made.client === undefined ? null : {id: this.#ids.uuid(), name: made.client, redirect_uri: 'https://ci.example.com/callback'},
      createdAt: now,
      current: this.#issue(made.expiresIn ?? null, made.token),
      description: made.description,
      id: this.#ids.uuid(),
      isDefault: made.isDefault ?? false,
      isSession: made.isSession ?? false,
      refreshToken: this.#switches.refreshTokens === 'none' ? null : this.#refreshToken(),
      revoked: false,
      scope: made.scope ?? ['global'],
      get token() {
        return this.current.value
      },
      updatedAt: now,
    }
    this.#all.push(authorization)
    this.#own(authorization)
    return authorization
  }

  isLive(token: string): boolean {
    const known = this.#tokens.get(token)
    return known !== undefined && (known.diesAt === null || this.#timeline.now < known.diesAt)
  }

  /** Whose token this is or was. */
  owner(token: string): Authorization | undefined {
    return this.#owners.get(token)
  }

  /** Text in which every token, dead or alive, is replaced by whose it is. */
  scrub(text: string): string {
    let scrubbed = text
    for (const [token, {description}] of this.#owners) scrubbed = scrubbed.replaceAll(token, `<token of ${description}>`)
    return scrubbed
  }

  regenerate(authorization: Authorization): void {
    const {diesAt, expiresIn} = authorization.current
    this.#kill(authorization.current, this.#switches.regenerateOverlapMs)
    authorization.current = this.#issue(this.#switches.regenerateLifetime ?? expiresIn)
    if (this.#switches.regenerateLifetime === null && !this.#switches.regenerateResetsExpiry && expiresIn !== null) authorization.current.diesAt = diesAt
    if (authorization.refreshToken) authorization.refreshToken = this.#refreshToken()
    authorization.updatedAt = this.#timeline.now
    this.#own(authorization)
  }

  revoke(authorization: Authorization): void {
    authorization.revoked = true
    this.#kill(authorization.current, this.#switches.revocationDelay)
  }

  #issue(expiresIn: number | null, value?: string): Token {
    const diesAt = expiresIn === null ? null : this.#timeline.now + expiresIn * 1000
    if (expiresIn !== null) this.#timeline.after(expiresIn * 1000, nothing)
    return {diesAt, expiresIn, id: this.#ids.uuid(), value: value ?? this.#ids.token(this.#switches.tokenFormat)}
  }

  #kill(token: Token, delay: number): void {
    const end = this.#timeline.now + delay
    token.diesAt = token.diesAt === null ? end : Math.min(token.diesAt, end)
    if (delay > 0) this.#timeline.after(delay, nothing)
    else this.#timeline.stir()
  }

  #own(authorization: Authorization): void {
    this.#owners.set(authorization.token, authorization)
    this.#tokens.set(authorization.token, authorization.current)
    if (authorization.refreshToken) this.#owners.set(authorization.refreshToken.value, authorization)
  }

  #refreshToken() {
    return {id: this.#ids.uuid(), value: this.#ids.token(this.#switches.tokenFormat)}
  }
}
