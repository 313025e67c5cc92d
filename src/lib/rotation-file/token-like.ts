/** Shapes of live credentials; a rotation file is committed, and must hold none. */
const SHAPES: readonly {shape: RegExp; what: string}[] = [
  {shape: /HRKU-[\w-]{20,}/, what: 'a Heroku token'},
  {shape: /\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,})/, what: 'a GitHub token'},
  {shape: /\beyJ[\w-]{10,}\.[\w-]{10,}\./, what: 'a JSON Web Token'},
  {shape: /\bst\.[\w-]{20,}\./, what: 'an Infisical service token'},
  {shape: /\bhv[sb]\.[\w-]{20,}/, what: 'a Vault token'},
  {shape: /\bxox[abprs]-[\w-]{10,}/, what: 'a Slack token'},
  {shape: /\bAKIA[\dA-Z]{16}\b/, what: 'an AWS access key'},
  {shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, what: 'a private key'},
  {shape: /\bBearer\s+[\w.~+/-]{16,}/i, what: 'a bearer token'},
]

/** What in the text looks like a secret, and where; null when nothing does. */
export function looksLikeToken(text: string): null | {index: number; what: string} {
  for (const {shape, what} of SHAPES) {
    const index = text.search(shape)
    if (index !== -1) return {index, what}
  }

  return null
}
