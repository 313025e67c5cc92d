import {createSecureContext} from 'node:tls'
import {Agent, fetch, ProxyAgent} from 'undici'
import type {Fetch, Outside} from '../ports.js'
import {certificatesOf} from './certificates.js'
import {isPastProxy, proxiesOf, type Proxy} from './proxy-variables.js'

/** Through the proxy that the variables name. Loaded only where one is set: undici is large. */
export async function proxiedFetch(env: Outside['env']): Promise<Fetch> {
  const {'http:': http, 'https:': https} = proxiesOf(env)
  const ca = await certificatesOf(env)
  // Made once: reading a hundred certificates takes longer than a call.
  const tls = ca ? {secureContext: createSecureContext({ca})} : {}
  const direct = new Agent({connect: tls})
  const through = (proxy: null | Proxy) => (proxy ? new ProxyAgent({...proxy, proxyTls: tls, requestTls: tls}) : direct)
  const [forHttp, forHttps] = [through(http), through(https)]
  const dispatcherFor = (url: string) => {
    if (isPastProxy(url, env)) return direct
    return new URL(url).protocol === 'https:' ? forHttps : forHttp
  }

  return async (url, {body, headers, ...init}) => {
    const response = await fetch(url, {dispatcher: dispatcherFor(url), ...init, ...(body === undefined ? {} : {body}), headers: {...headers}})
    const {headers: answered, ok, status, statusText} = response
    return {body: response.body, headers: answered, ok, status, statusText}
  }
}
