import type {Secret} from '../secrecy/secret.js'

const REDACTION = '*'.repeat(10)
/** A list may begin and end with the same token, and be none. */
const ONE_TOKEN = /^(?!.+HRKU-)[^\s,:;|]+$/

/** The API shows a visible prefix, ten asterisks, maybe a visible suffix; any other text is compared whole. */
export function matchesRedacted(token: Secret, redacted: Secret | null): boolean {
  if (!redacted) return false
  return redacted.expose(shown => {
    const at = shown.indexOf(REDACTION)
    if (at === -1) return token.equals(redacted)
    const prefix = shown.slice(0, at)
    const suffix = shown.slice(at + REDACTION.length)
    return token.expose(
      value =>
        value.length > prefix.length + suffix.length
        && !value.includes(REDACTION)
        && ONE_TOKEN.test(value)
        && value.startsWith(prefix)
        && value.endsWith(suffix),
    )
  })
}

export function isComplete(token: Secret | null): token is Secret {
  return token !== null && !token.isEmpty && token.expose(value => !value.includes(REDACTION))
}

export function showsEnough(redacted: Secret): boolean {
  return redacted.expose(text => text.replaceAll('*', '').length) >= 8
}

export function isSendable(token: Secret): boolean {
  // Quotes are those of a file that no shell has read, such as the one of docker's --env-file.
  return token.matches(/[!#-&(-~]+/)
}

/** Heroku shows a write-only config var as null or asterisks. */
export function isHidden(value: null | Secret): value is null {
  return value === null || value.matches(/\*+/)
}
