import {BlockList, isIP} from 'node:net'
import type {Lookup} from '../ports.js'

/** Also what is no address of one host, and 168.63.129.16, where Azure tells a machine about itself. */
const V4 = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['168.63.129.16', 32], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const
/** With the gateways whose mapping only their network knows: 64:ff9b:1::/48, and 6to4. */
const V6 = [['::', 127], ['64:ff9b:1::', 48], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8]] as const

const privates = new BlockList()
for (const [net, prefix] of V6) privates.addSubnet(net, prefix, 'ipv6')
for (const [net, prefix] of V4) {
  privates.addSubnet(net, prefix, 'ipv4')
  // Names of IPv4 addresses within IPv6: compatible, mapped, and translated by a gateway.
  privates.addSubnet(`::${net}`, 96 + prefix, 'ipv6')
  privates.addSubnet(`::ffff:${net}`, 96 + prefix, 'ipv6')
  privates.addSubnet(`::ffff:0:${net}`, 96 + prefix, 'ipv6')
  privates.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6')
}

export const NOT_PRIVATE = 'is an address of this machine or of a private network, and the rotation file does not say private: true'

export class PrivateAddress extends Error {
  constructor(url: string) {
    super(`${new URL(url).host} ${NOT_PRIVATE}`)
  }
}

/** Whether the address itself is of this machine or of a private network, without a lookup. */
export function isPrivate(url: string): boolean {
  const host = hostOf(url)
  return host === 'localhost' || host.endsWith('.localhost') || isPrivateIp(host)
}

/** Refuses an address that is, or resolves to, one of this machine or of a private network. A name that is not found is left to fetch, or to its proxy. */
export async function refusePrivate(url: string, lookup: Lookup): Promise<void> {
  if (isPrivate(url)) throw new PrivateAddress(url)
  const host = hostOf(url)
  const found = isIP(host) === 0 ? await lookup(host).catch(() => []) : []
  if (found.some(ip => isPrivateIp(ip))) throw new PrivateAddress(url)
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

function isPrivateIp(text: string): boolean {
  const [ip = ''] = text.split('%')
  const version = isIP(ip)
  return version !== 0 && privates.check(ip, version === 4 ? 'ipv4' : 'ipv6')
}
