import type {Ran} from '../ports.js'
import {RotationError, todo} from '../errors.js'
import {unless} from '../system/system-error.js'

/** Completes two errors: "GitHub knows no <subject>", "the login of gh may not <right>". */
export type About = {right: string; subject: string}

/** `variable` holds the token that gh has sent; null where gh has its own login. */
type Setting = {deadlineMs: number; variable: null | string}

const status = todo('https://www.githubstatus.com')

export function isPassing(error: unknown): boolean {
  return error instanceof RotationError && (error.code === 'ROTATE_GITHUB_DOWN' || error.code === 'ROTATE_GITHUB_UNREACHABLE')
}

/** Null where the login of gh has no right to what was asked. */
export const unlessForbidden = <T>(asked: Promise<T>): Promise<null | T> =>
  unless(error => error instanceof RotationError && error.code === 'ROTATE_GITHUB_FORBIDDEN', null, asked)

export function httpStatus({stderr}: Ran): null | number {
  const match = /\bHTTP (\d{3})\b/.exec(stderr)
  return match ? Number(match[1]) : null
}

export const isLimited = ({stderr}: Ran): boolean => /rate limit/i.test(stderr)

/** GitHub did nothing: it answered no, or was never sent what was to be written. */
export function isRefusal(ran: Ran): boolean {
  const answered = httpStatus(ran)
  const isUnsent = ran.exitCode === 4 || (ran.exitCode === 1 && ran.stderr.startsWith('failed to fetch public key'))
  return ran.exitCode !== 0 && (isUnsent || (answered !== null && answered < 500))
}

export function failure(ran: Ran, {right, subject}: About, {deadlineMs, variable}: Setting): RotationError {
  if (ran.exitCode === null) {
    return new RotationError('ROTATE_GITHUB_UNREACHABLE', `gh had not ended after ${deadlineMs / 1000} seconds and was stopped.`, {next: [todo('gh api user'), status]})
  }

  if (ran.exitCode === 4) return loggedOut('gh is not logged in to GitHub.')
  const answered = httpStatus(ran)
  if (answered === null) return withoutAnswer(ran)
  if (answered === 401 && variable) {
    return new RotationError('ROTATE_GH_LOGGED_OUT', `GitHub refuses the token of ${variable} (401).`, {
      next: [todo(`Replace the token in ${variable} or unset it: gh uses it before any login.`), todo('gh api user')],
    })
  }

  if (answered === 401) return loggedOut('GitHub refuses the login of gh (401).')
  if (answered === 429 || (answered === 403 && isLimited(ran))) {
    return new RotationError('ROTATE_GITHUB_RATE_LIMIT', `Your login of gh has no GitHub API calls left (${answered}).`, {next: todo('gh api rate_limit')})
  }

  if (answered === 403 && /\barchived\b/i.test(ran.stderr)) return archived(subject)
  if (answered === 403) {
    return new RotationError('ROTATE_GITHUB_FORBIDDEN', `The login of gh may not ${right} (403).`, {
      next: [todo('gh auth status'), todo(`Give the login of gh the right to ${right}; an organization may ask for single sign-on as well.`)],
    })
  }

  if (answered === 404) {
    return new RotationError('ROTATE_GITHUB_NOT_FOUND', `GitHub has no ${subject}, or your login of gh may not see it (404).`, {next: [todo('gh auth status'), todo('gh repo list')]})
  }

  if (answered >= 500) return new RotationError('ROTATE_GITHUB_DOWN', `GitHub could not answer (${answered}).`, {next: status})
  return new RotationError('ROTATE_GITHUB', `GitHub refused the request of gh (${answered}): ${subject}.`, {next: todo('gh auth status')})
}

export function archived(subject: string): RotationError {
  return new RotationError('ROTATE_GITHUB_FORBIDDEN', `The ${subject} is archived, so nobody can change its secrets.`, {
    next: [todo('If it is still needed: gh repo unarchive OWNER/REPO'), todo('Or leave it out, and delete what uses the secret there.')],
  })
}

export function missing(): RotationError {
  return new RotationError('ROTATE_GH_MISSING', 'gh, the GitHub CLI, is not installed or not on your PATH.', {next: [todo('https://cli.github.com'), todo('gh auth login')]})
}

export function tooOld(version: string, oldest: string): RotationError {
  return new RotationError('ROTATE_GH_TOO_OLD', `gh ${version} is too old for this; you need ${oldest} or newer.`, {next: todo('https://cli.github.com')})
}

export function notUnderstood(): RotationError {
  return new RotationError('ROTATE_GITHUB_ANSWER', 'GitHub gave an unexpected answer.', {next: [todo('gh api user'), status]})
}

export function unexpected(): RotationError {
  return new RotationError('ROTATE_GITHUB_ANSWER', 'The gh on your PATH does not look like the GitHub CLI.', {next: todo('gh --version')})
}

function loggedOut(happened: string): RotationError {
  return new RotationError('ROTATE_GH_LOGGED_OUT', happened, {next: [todo('gh auth login'), todo('gh api user')]})
}

function withoutAnswer({exitCode, stderr}: Ran): RotationError {
  if (/\bx509\b/.test(stderr)) {
    return new RotationError('ROTATE_GITHUB_UNREACHABLE', 'gh does not trust the certificate that it got for GitHub.', {
      next: [todo('Name the file with the CA of the proxy in SSL_CERT_FILE, then run the command again.'), todo('gh api user')],
    })
  }

  if (/\b(connect|connecting|connection|dial|EOF|lookup|proxyconnect|reset|timeout|tls)\b/i.test(stderr)) {
    return new RotationError('ROTATE_GITHUB_UNREACHABLE', 'gh cannot reach GitHub.', {next: [todo('gh api user'), todo('Check GH_HOST, HTTPS_PROXY and the network.')]})
  }

  if (/cannot (iterate|index)|parse|unmarshal|invalid character|unexpected end/i.test(stderr)) return notUnderstood()
  return new RotationError('ROTATE_GITHUB', `gh failed with code ${exitCode}.`, {next: [todo('gh --version'), todo('gh auth status')]})
}
