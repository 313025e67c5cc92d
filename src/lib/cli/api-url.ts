import {ALLOWED_HEROKU_DOMAINS, LOCALHOST_DOMAINS} from '@heroku-cli/command'
import {refused, todo} from '../errors.js'

/** The address of the Platform API, if the CLI's own client sends the session there; over plain http to this machine only. */
export function apiUrl(address: string): string {
  const wrong = (why: string) =>
    refused('ROTATE_HOST', `HEROKU_HOST names ${why}, so the session is not sent there.`, todo('unset HEROKU_HOST'))
  if (!URL.canParse(address)) throw wrong('no address')
  const {hostname, protocol} = new URL(address)
  const isLocal = LOCALHOST_DOMAINS.includes(hostname)
  if (!isLocal && !ALLOWED_HEROKU_DOMAINS.some(domain => hostname === domain || hostname.endsWith(`.${domain}`))) throw wrong('a host that is not Heroku\'s')
  if (protocol !== 'https:' && !(isLocal && protocol === 'http:')) throw wrong('a host of Heroku without https')
  return address.replace(/\/$/, '')
}
