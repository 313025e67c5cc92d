import {BlockList, isIP} from 'node:net'
import type {Outside} from '../ports.js'
import {refused, todo} from '../errors.js'
import {withoutEscapes} from '../text/encoding.js'

type Env = Outside['env']

/** `token` is the login of its URL, as a header has it. */
export type Proxy = {token?: string; uri: string}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {'http:': '80', 'https:': '443'}

export function hasProxy(env: Env): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some(name => env[name])
}

/** The proxy for each protocol; https goes through that of HTTP_PROXY where it has none of its own. */
export function proxiesOf(env: Env): Readonly<Record<'http:' | 'https:', null | Proxy>> {
  const http = proxyIn(env, ['http_proxy', 'HTTP_PROXY'])
  return {'http:': http, 'https:': proxyIn(env, ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])}
}

/** Whether NO_PROXY says so, read as curl does: a name stands for itself and all below it, and 10.0.0.0/8 for all addresses that begin so. */
export function isPastProxy(address: string, env: Env): boolean {
  const {hostname, port, protocol} = new URL(address)
  const host = bare(hostname)
  return (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[\s,]+/).filter(Boolean).some(entry => {
    if (entry === '*') return true
    const [, name = entry, own] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? []
    const named = bare(name.replace(/^\*?\./, ''))
    if (named === '' || (own !== undefined && own !== (port || DEFAULT_PORTS[protocol]))) return false
    return host === named || (isIP(host) === 0 ? host.endsWith(`.${named}`) : isWithin(host, named))
  })
}

function isWithin(address: string, subnet: string): boolean {
  const [, base = '', bits] = /^(.+)\/(\d+)$/.exec(subnet) ?? []
  const version = isIP(base)
  if (version === 0 || version !== isIP(address) || Number(bits) > (version === 4 ? 32 : 128)) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(base, Number(bits), family)
  return list.check(address, family)
}

const bare = (host: string) => host.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/** The first variable that is set decides; an empty one means none. */
function proxyIn(env: Env, names: readonly string[]): null | Proxy {
  const name = names.find(one => env[one] !== undefined) ?? ''
  const text = env[name]?.trim()
  if (!text) return null
  const address = /^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(address)) throw notUnderstood(name)
  const url = new URL(address)
  if (!(url.protocol in DEFAULT_PORTS)) throw notUnderstood(name)
  const token = url.username ? {token: `Basic ${Buffer.from(`${withoutEscapes(url.username)}:${withoutEscapes(url.password)}`).toString('base64')}`} : {}
  url.username = ''
  url.password = ''
  return {...token, uri: url.href}
}

/** Without what it holds, which may be a password. */
function notUnderstood(name: string) {
  return refused('ROTATE_PROXY', `${name} is not the address of an http or https proxy.`, todo(`export ${name}=http://HOST:PORT`))
}
