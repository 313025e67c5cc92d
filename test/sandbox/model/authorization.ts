export type Token = {
  /** When the platform stops accepting it; null for never. */
  diesAt: number | null
  expiresIn: number | null
  id: string
  value: string
}

export type Authorization = {
  client: {id: string; name: string; redirect_uri: string} | null
  createdAt: number
  description: string
  id: string
  /** The account's "API Key", addressed as `~`. */
  isDefault: boolean
  /** The operator's CLI login. */
  isSession: boolean
  refreshToken: {id: string; value: string} | null
  revoked: boolean
  scope: string[]
  /** The value of `current`, for short. */
  readonly token: string
  current: Token
  updatedAt: number
}
