import type {Secret} from '../secrecy/secret.js'

const REDACTION = '*'.repeat(10)

/**
 * Whether a token can be the one behind what a read of the API shows of it: a visible prefix, ten
 * asterisks, maybe a visible suffix. An answer that is not redacted is compared whole.
 */
export function matchesHint(token: Secret, hint: Secret | null): boolean {
  if (!hint) return false
  return hint.expose(shown => {
    const at = shown.indexOf(REDACTION)
    if (at === -1) return token.equals(hint)
    const prefix = shown.slice(0, at)
    const suffix = shown.slice(at + REDACTION.length)
    return token.expose(
      value =>
        value.length > prefix.length + suffix.length
        && !value.includes(REDACTION)
        && value.startsWith(prefix)
        && value.endsWith(suffix),
    )
  })
}

/** Whether the API told the whole token. */
export function isComplete(token: Secret | null): token is Secret {
  return token !== null && !token.isEmpty && token.expose(value => !value.includes(REDACTION))
}

/** Whether a read of the API shows so much of a token that hardly any other value fits. */
export function showsEnough(hint: Secret): boolean {
  return hint.expose(text => text.replaceAll('*', '').length) >= 8
}

/** Whether it can be sent as a token at all. */
export function isSendable(token: Secret): boolean {
  return token.matches(/[!-~]+/)
}

/** A write-only config var is there, and shown as nothing or as asterisks. */
export function isHidden(value: null | Secret): value is null {
  return value === null || value.matches(/\*+/)
}
