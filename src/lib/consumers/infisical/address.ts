import * as z from 'zod'
import type {Access} from '../adapter.js'
import {refused, todo} from '../../errors.js'
import {ascii} from '../../http/address.js'
import {meantFields} from '../by-value/held.js'

const US_CLOUD = 'https://app.infisical.com'
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export const addressSchema = z.strictObject({
  environment: z.string().regex(/^[^\s/:]+$/, 'is not the slug of an environment'),
  kind: z.literal('infisical'),
  ...meantFields,
  path: z.string().regex(/^\/(?:[^\s/:]+(?:\/[^\s/:]+)*)?$/, 'is not a folder such as / or /heroku').default('/'),
  project: z.string().regex(/^[^\s/:]+$/, 'is not the ID of a project'),
  secret: z.string().regex(/^(?!\.{1,2}$)[^\s/:]+$/, 'is not the name of a secret').default('HEROKU_API_KEY'),
  site: z.url({error: 'is not an https address', protocol: /^https?$/}).refine(...ascii).refine(isSite, 'is not an https address without user, query and fragment').optional(),
})
export type Address = z.output<typeof addressSchema>

/** Names a site other than the US cloud: two sites may have the same project. */
export function idOf(at: Address): string {
  const [folder, site] = placed(at)
  return `${folder}:${at.secret}${site}`
}

export const folderOf = (at: Address): string => placed(at).join('')

function placed({environment, path, project, site}: Address): [folder: string, site: string] {
  const own = site === undefined || trimmed(site) === US_CLOUD ? '' : `@${trimmed(site).replace(/^https?:\/\//, '')}`
  return [`infisical:${project}/${environment}${path === '/' ? '' : path}`, own]
}

const trimmed = (site: string) => site.replace(/\/+$/, '').replace(/\/api$/, '')

/** Finds the site as the infisical CLI does, without a trailing slash. */
export function siteOf({site}: Address, env: Access['env']): string {
  const name = env['INFISICAL_DOMAIN'] ? 'INFISICAL_DOMAIN' : 'INFISICAL_API_URL'
  const chosen = site ?? (env[name] || US_CLOUD)
  if (!isSite(chosen)) {
    throw refused('ROTATE_INFISICAL_SITE', `${name} is not an https address without user, query and fragment.`, todo(`${name}=${US_CLOUD}, or site in the rotation file`), 'usage')
  }

  return trimmed(chosen)
}

/** Requests hold tokens, so plain http goes to this machine only. */
function isSite(text: string): boolean {
  if (!URL.canParse(text)) return false
  const {hash, hostname, password, protocol, search, username} = new URL(text)
  if (hash || password || search || username) return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}
