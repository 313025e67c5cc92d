import {createHmac} from 'node:crypto'
import {appendFile} from 'node:fs/promises'
import type {Context} from '../context.js'
import type {Announcement} from './announcement.js'
import type {AuditEntry} from './audit-log.js'
import {withDeadline} from '../http/deadline.js'

const ATTEMPTS = 3
const ANSWER_SECONDS = 10
const PAUSE_MS = 1000

type Sink = Announcement['audit'][number]

/** A receiver that cannot be told is a warning and never the outcome. After a crash in between, all are told again. */
export async function announce(context: Context, {audit, notify}: Announcement, entry: AuditEntry): Promise<void> {
  const text = JSON.stringify(entry)
  await Promise.all([
    ...audit.map(sink => attempt(context, nameOf(sink), () => deliver(context, sink, text))),
    ...notify.map(({url}) => attempt(context, hostOf(url), () => post(context, url, JSON.stringify({text: sentence(entry)}), {}))),
  ])
}

function sentence({action, actor, context, description, on_behalf_of: named}: AuditEntry): string {
  const what = action === 'secret.rotate.completed' ? 'was rotated' : action === 'secret.rotate.rolled_back' ? 'was not rotated: rolled back' : 'was not rotated: failed'
  const who = named === undefined ? actor : `${actor} on behalf of ${named}`
  return `The Heroku token ${description} ${what} by ${who} (old ${context.old_authorization_id}, new ${context.new_authorization_id ?? 'none'}).`
}

function deliver(context: Context, sink: Sink, text: string): Promise<void> {
  const {outside} = context
  switch (sink.kind) {
  case 'webhook': {
    const secret = sink.secretEnv === undefined ? undefined : outside.env[sink.secretEnv]
    if (sink.secretEnv !== undefined && !secret) throw new Undelivered(`${sink.secretEnv} is not set, so it cannot be signed`)
    const signature = secret ? {'x-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`} : {}
    return post(context, sink.url, text, signature)
  }

  case 'file':
    return appendFile(sink.path, `${text}\n`, {mode: 0o600})
  case 'command':
    return run(context, sink.run, text)
  }
}

async function run({outside}: Context, command: readonly string[], input: string): Promise<void> {
  const {exitCode} = await outside.run(command, {input, timeoutMs: ANSWER_SECONDS * 1000})
  if (exitCode !== 0) throw new Undelivered(exitCode === null ? 'took too long' : `exit ${exitCode}`)
}

async function post({clock, outside}: Context, url: string, body: string, headers: Record<string, string>): Promise<void> {
  const {ok, status} = await withDeadline({clock, ms: ANSWER_SECONDS * 1000}, signal => outside.fetch(url, {
    body,
    headers: {'content-type': 'application/json', ...headers},
    method: 'POST',
    redirect: 'error',
    signal,
  }))
  if (!ok) throw new Undelivered(`status ${status}`)
}

async function attempt({clock, report, signal}: Context, name: string, work: () => Promise<void>): Promise<void> {
  let why = ''
  for (let count = 1; count <= ATTEMPTS; count++) {
    try {
      await work()
      return
    } catch (error) {
      why = whyNot(error)
    }

    // The rotation has ended, so an interrupt ends only the waiting.
    if (count < ATTEMPTS) await clock.sleep(PAUSE_MS * count, signal).catch(() => {})
  }

  report({text: `${name} was not told of the end of the rotation: ${why}`, type: 'warning'})
}

class Undelivered extends Error {}

/** Names only the code of a system error, such as EACCES, because the message may quote the input. */
function whyNot(error: unknown): string {
  if (error instanceof Undelivered) return error.message
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no connection'
}

/** Only the host is shown, because the rest of the address may let anybody post there. */
const hostOf = (url: string): string => new URL(url).host

function nameOf(sink: Sink): string {
  switch (sink.kind) {
  case 'webhook':
    return hostOf(sink.url)
  case 'file':
    return sink.path
  case 'command':
    return sink.run[0] ?? 'command'
  }
}
