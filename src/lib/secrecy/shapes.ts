/** The shape alone finds a token that nobody knows. */
export const HEROKU_TOKEN = /HRKU-[\w-]{20,}/

/** Heroku's older tokens are bare UUIDs, and so is a lot else. */
export const UUID = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/i

const CREDENTIALS: readonly {shape: RegExp; what: string}[] = [
  {shape: HEROKU_TOKEN, what: 'a Heroku token'},
  {shape: /\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,})/, what: 'a GitHub token'},
  {shape: /\beyJ[\w-]{10,}\.[\w-]{10,}\./, what: 'a JSON Web Token'},
  {shape: /\bst\.[\w-]{20,}\./, what: 'an Infisical service token'},
  {shape: /\bhv[sb]\.[\w-]{20,}/, what: 'a Vault token'},
  {shape: /\bxox[abprs]-[\w-]{10,}/, what: 'a Slack token'},
  {shape: /\bAKIA[\dA-Z]{16}\b/, what: 'an AWS access key'},
  {shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, what: 'a private key'},
  {shape: /\bBearer\s+[\w.~+/-]{16,}/i, what: 'a bearer token'},
]

/** Matches a token or a part of one. */
export const SUSPECT: readonly RegExp[] = [
  /HRKU-[\w-]*/g,
  new RegExp(UUID, 'gi'),
  // A long run of letters and digits is no word.
  /(?=[\w+-]*\d)(?=[\w+-]*[A-Za-z])[\w+-]{20,}={0,2}/g,
]

export function looksLikeToken(text: string): null | {index: number; what: string} {
  for (const {shape, what} of CREDENTIALS) {
    const index = text.search(shape)
    if (index !== -1) return {index, what}
  }

  return null
}
