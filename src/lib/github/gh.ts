import * as z from 'zod'
import type {Outside, Ran} from '../ports.js'
import type {Secret} from '../secrecy/secret.js'
import {variables} from '../system/child-process.js'
import {codeOf} from '../system/system-error.js'
import {jsonIn} from '../text/json.js'
import {type About, failure, httpStatus, isLimited, isRefusal, missing, notUnderstood, tooOld, unexpected} from './gh-error.js'

/** Debian 12 has this version, the oldest that was tried. */
const OLDEST = {major: 2, minor: 23}
const ANSWER_MS = 60_000

/** gh finds the operator's own login to GitHub by these variables; none of them holds a token of Heroku. */
const LOGIN = [
  'GH_CONFIG_DIR', 'GH_ENTERPRISE_TOKEN', 'GH_HOST', 'GH_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'GITHUB_TOKEN', 'HOME', 'XDG_CONFIG_HOME',
] as const

export const repositorySchema = z.string().regex(/^[A-Za-z\d][\w-]*\/(?!\.{1,2}$)[\w.-]+$/, 'is not of the form owner/repository')

export type GhAccess = Pick<Outside, 'env' | 'run'> & {signal: AbortSignal}

/** Runs the GitHub CLI. Its output is never quoted, neither in errors nor anywhere else. */
export class Gh {
  readonly #about: About
  readonly #access: GhAccess

  constructor(access: GhAccess, about: About) {
    this.#access = access
    this.#about = about
  }

  async delete(path: string): Promise<boolean> {
    const ran = await this.#spawn(['api', '--method', 'DELETE', path])
    if (ran.exitCode !== 0 && httpStatus(ran) === 404) return false
    this.#succeeded(ran)
    return true
  }

  async lookUp<T>(schema: z.ZodType<T>, path: string): Promise<null | T> {
    const text = await this.textOf(path)
    return text === null ? null : understood(schema, text)
  }

  async textOf(path: string, accept = 'application/vnd.github+json'): Promise<null | string> {
    const ran = await this.#spawn([...reading(path), '--header', `Accept: ${accept}`])
    if (ran.exitCode !== 0 && httpStatus(ran) === 404) return null
    return this.#succeeded(ran)
  }

  async get<T>(schema: z.ZodType<T>, path: string): Promise<T> {
    return understood(schema, this.#succeeded(await this.#spawn(reading(path))))
  }

  async isReady(): Promise<void> {
    await this.isKnown()
    const ran = await this.#spawn(reading('user'))
    // The token of a GitHub App belongs to no user: only this call is refused.
    if (ran.exitCode !== 0 && httpStatus(ran) === 403 && !isLimited(ran)) return
    understood(z.object({login: z.string()}), this.#succeeded(ran))
  }

  /** Looks at the version only: any other call tells of the login. */
  async isKnown(): Promise<void> {
    const version = /^gh version (\d+)\.(\d+)/m.exec(await this.text(['--version']))
    if (!version) throw unexpected()
    const [major, minor] = [Number(version[1]), Number(version[2])]
    if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) throw tooOld(`${major}.${minor}`, `${OLDEST.major}.${OLDEST.minor}`)
  }

  async json<T>(schema: z.ZodType<T>, command: readonly string[]): Promise<T> {
    return understood(schema, await this.text(command))
  }

  /** `jq` prints one object for each item. */
  async list<T>(schema: z.ZodType<T>, path: string, jq: string): Promise<T[]> {
    const lines = this.#succeeded(await this.#spawn([...reading(path), '--paginate', '--jq', jq]))
    return lines.split('\n').filter(Boolean).map(line => understood(schema, line))
  }

  /** `refused` is called where GitHub is known to have done nothing. */
  async text(command: readonly string[], input?: Secret | string, refused?: () => void): Promise<string> {
    const ran = await this.#spawn(command, input)
    if (isRefusal(ran)) refused?.()
    return this.#succeeded(ran)
  }

  async #spawn(command: readonly string[], input?: Secret | string): Promise<Ran> {
    const {env, run, signal} = this.#access
    try {
      return await run(['gh', ...command], {
        ...(input === undefined ? {} : {input}),
        env: {...variables(LOGIN, env), GH_NO_UPDATE_NOTIFIER: '1', GH_PROMPT_DISABLED: '1', NO_COLOR: '1'},
        signal,
        timeoutMs: ANSWER_MS,
      })
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? missing() : error
    }
  }

  #succeeded(ran: Ran): string {
    if (ran.exitCode !== 0) throw failure(ran, this.#about, {deadlineMs: ANSWER_MS, variable: tokenVariable(this.#access.env)})
    return ran.stdout
  }
}

/** The variable whose token gh sends, before any login of its own. */
function tokenVariable(env: Outside['env']): null | string {
  const host = env['GH_HOST'] || 'github.com'
  const isCloud = /^(?:github\.com|github\.localhost|.+\.ghe\.com)$/i.test(host)
  const names = isCloud ? ['GH_TOKEN', 'GITHUB_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN']
  return names.find(name => env[name]) ?? null
}

const reading = (path: string) => ['api', '--header', 'X-GitHub-Api-Version: 2022-11-28', path]

export function understood<T>(schema: z.ZodType<T>, text: string): T {
  const json = jsonIn(text)
  if (json === undefined) throw notUnderstood()
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw notUnderstood()
  return parsed.data
}
