import * as z from 'zod'
import type {Ran} from '../../ports.js'
import type {Access} from '../adapter.js'
import type {Client} from './client.js'
import {type Next, RotationError, todo} from '../../errors.js'
import {Secret} from '../../secrecy/secret.js'
import {codeOf} from '../../system/system-error.js'
import {isFailure, LOGINS} from './failure.js'

const COMMAND = ['infisical', 'user', 'get', 'token', '--plain']
/** An expired login makes the CLI open a browser and wait. */
const COMMAND_MS = 30_000

const loginSchema = z.object({accessToken: z.string().min(1).transform(value => new Secret(value))})
const tokenSchema = z.string().trim().regex(/^[\w.~+/=-]{8,}$/).transform(value => new Secret(value))

/** Logs in once for each site and run; `refused` is a login that Infisical no longer takes. */
export async function logIn(client: Client, access: Access, refused: null | Secret = null): Promise<Secret> {
  const {logins = new Map<string, Promise<Secret>>()} = access
  const key = `infisical ${client.site}`
  const made = logins.get(key)
  if (made) {
    const known = await made
    if (known !== refused) return known
    // Another call was refused as well, and logs in again already.
    if (logins.get(key) !== made) return logIn(client, access, refused)
  }

  const login = newLogin(client, access)
  logins.set(key, login)
  // A failed login must not answer for the next one.
  login.catch(() => logins.delete(key))
  return login
}

async function newLogin(client: Client, access: Access): Promise<Secret> {
  const {env} = access
  if (env['INFISICAL_TOKEN']) return new Secret(env['INFISICAL_TOKEN'].trim())
  const id = env['INFISICAL_UNIVERSAL_AUTH_CLIENT_ID']
  const secret = env['INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET']
  if (id && secret) return universalAuth(client, id, new Secret(secret))
  if (id || secret) {
    const missing = id ? 'INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET' : 'INFISICAL_UNIVERSAL_AUTH_CLIENT_ID'
    throw loginError(`Universal auth needs ${missing} too.`, todo(`export ${missing}=…`))
  }

  return userLogin(access)
}

async function universalAuth(client: Client, clientId: string, clientSecret: Secret): Promise<Secret> {
  try {
    const {accessToken} = await client.send(
      {
        body: clientSecret.expose(value => new Secret(JSON.stringify({clientId, clientSecret: value}))),
        method: 'POST',
        path: '/api/v1/auth/universal-auth/login',
        // An access token that nobody uses merely expires.
        repeatable: true,
        token: null,
        what: 'log in by universal auth',
      },
      loginSchema,
    )
    return accessToken
  } catch (error) {
    const isRefused = (['denied', 'login', 'refused'] as const).some(kind => isFailure(error, kind) && !error.mayPass)
    if (!isRefused) throw error
    const next = todo('Check INFISICAL_UNIVERSAL_AUTH_CLIENT_ID, INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET and the site.')
    throw loginError(`Infisical (${client.site}) refuses the universal auth credentials.`, next)
  }
}

async function userLogin({env, home, run, signal}: Access): Promise<Secret> {
  const passphrase = env['INFISICAL_VAULT_FILE_PASSPHRASE']
  let ran: Ran
  try {
    ran = await run(COMMAND, {
      // An .infisical.json in the working directory would redirect the CLI.
      cwd: home,
      ...(passphrase ? {env: {INFISICAL_VAULT_FILE_PASSPHRASE: passphrase}} : {}),
      signal,
      timeoutMs: COMMAND_MS,
    })
  } catch (error) {
    signal.throwIfAborted()
    if (codeOf(error) !== 'ENOENT') throw loginError('The infisical CLI could not be started.')
    throw loginError('You are not logged in to Infisical, and the infisical CLI is not installed.', [todo('Install it (https://infisical.com/docs/cli/overview), then: infisical login'), ...LOGINS.slice(1)])
  }

  const token = tokenSchema.safeParse(ran.stdout)
  if (ran.exitCode === 0 && token.success) return token.data
  const ended = ran.exitCode === null ? `did not end within ${COMMAND_MS / 1000} seconds` : `ended with ${ran.exitCode} and no token`
  throw loginError(`You are not logged in to Infisical: ${COMMAND.join(' ')} ${ended}.`)
}

function loginError(happened: string, next: Next | readonly Next[] = LOGINS): RotationError {
  return new RotationError('ROTATE_INFISICAL_LOGIN', happened, {next})
}
