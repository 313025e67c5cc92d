import {createHmac} from 'node:crypto'
import {constants, open} from 'node:fs/promises'
import type {Context} from '../context.js'
import type {Announcement} from './announcement.js'
import type {AuditEntry} from './audit-log.js'
import {AnswerTooLarge, exchange, MOST} from '../http/call.js'
import {DeadlineExceeded, withDeadline} from '../http/deadline.js'
import {NOT_PRIVATE, PrivateAddress, refusePrivate} from '../http/private-address.js'
import {codeOf} from '../system/system-error.js'

const ATTEMPTS = 3
const ANSWER_SECONDS = 10
/** Longer than a command takes, which is killed after `ANSWER_SECONDS`. */
const SINK_SECONDS = ANSWER_SECONDS + 5
const PAUSE_MS = 1000

type Sink = Announcement['audit'][number]

/** A receiver that cannot be told is a warning and never the outcome. After a crash in between, all are told again. */
export async function announce(context: Context, {audit, notify}: Announcement, entry: AuditEntry): Promise<void> {
  const text = JSON.stringify(entry)
  await Promise.all([
    ...audit.map(sink => attempt(context, nameOf(sink), signal => deliver(context, sink, text, signal))),
    ...notify.map(sink => attempt(context, hostOf(sink.url), signal => post(context, sink, {body: JSON.stringify({text: sentence(entry)}), headers: {}, signal}))),
  ])
}

function sentence({action, actor, context, description, on_behalf_of: named}: AuditEntry): string {
  const what = action === 'secret.rotate.completed' ? 'was rotated' : action === 'secret.rotate.rolled_back' ? 'was not rotated: rolled back' : 'was not rotated: failed'
  const who = named === undefined ? actor : `${actor} on behalf of ${named}`
  return `The Heroku token ${description} ${what} by ${who} (old ${context.old_authorization_id}, new ${context.new_authorization_id ?? 'none'}).`
}

function deliver(context: Context, sink: Sink, text: string, signal: AbortSignal): Promise<void> {
  const {outside} = context
  switch (sink.kind) {
  case 'webhook': {
    const secret = sink.secretEnv === undefined ? undefined : outside.env[sink.secretEnv]
    if (sink.secretEnv !== undefined && !secret) throw new Undelivered(`${sink.secretEnv} is not set, so it cannot be signed`)
    const signature = secret ? {'x-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`} : {}
    return post(context, sink, {body: text, headers: signature, signal})
  }

  case 'file':
    return append(sink.path, `${text}\n`)
  case 'command':
    return run(context, sink.run, text)
  }
}

async function run({outside}: Context, command: readonly string[], input: string): Promise<void> {
  const {exitCode} = await outside.run(command, {input, timeoutMs: ANSWER_SECONDS * 1000})
  if (exitCode !== 0) throw new Undelivered(exitCode === null ? 'took too long' : `exit ${exitCode}`)
}

/** Never waits for a reader, as the opening of a pipe does. Windows has no such flag for links. */
const APPENDED = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0)

async function append(path: string, line: string): Promise<void> {
  const notRegular = new Undelivered('it is no regular file')
  const file = await open(path, APPENDED, 0o600).catch((error: unknown) => {
    // A pipe that nobody reads, and a socket; a link, which may lead elsewhere by now.
    throw codeOf(error) === 'ENXIO' || codeOf(error) === 'ELOOP' ? notRegular : error
  })
  try {
    if (!(await file.stat()).isFile()) throw notRegular
    await file.appendFile(line)
  } finally {
    await file.close()
  }
}

type Posting = {body: string; headers: Record<string, string>; signal: AbortSignal}

async function post({outside}: Context, {private: mayBePrivate, url}: Announcement['notify'][number], {body, headers, signal}: Posting): Promise<void> {
  if (!mayBePrivate) await refusePrivate(url, outside.lookup)
  const init = {body, headers: {'content-type': 'application/json', ...headers}, method: 'POST', signal}
  const {ok, status} = await exchange(outside.fetch, url, init, MOST.page)
  if (!ok) throw new Undelivered(`status ${status}`)
}

async function attempt({clock, report, signal}: Context, name: string, work: (deadline: AbortSignal) => Promise<void>): Promise<void> {
  let why = ''
  for (let count = 1; count <= ATTEMPTS; count++) {
    try {
      await withDeadline({clock, ms: SINK_SECONDS * 1000}, work)
      return
    } catch (error) {
      why = whyNot(error)
    }

    // The rotation has ended, so an interrupt ends only the waiting.
    if (count < ATTEMPTS) await clock.sleep(PAUSE_MS * count, signal).catch(() => {})
  }

  report({text: `${name} did not get word of the rotation: ${why}`, type: 'warning'})
}

class Undelivered extends Error {}

/** Names only the code of a system error, such as EACCES, because the message may quote the input. */
function whyNot(error: unknown): string {
  if (error instanceof PrivateAddress) return `it ${NOT_PRIVATE}`
  if (error instanceof AnswerTooLarge || error instanceof DeadlineExceeded || error instanceof Undelivered) return error.message
  return codeOf(error) ?? 'no connection'
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
