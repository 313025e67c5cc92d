import {execa} from 'execa'
import {readFile} from 'node:fs/promises'
import {createServer, type IncomingHttpHeaders, request, type RequestListener, type Server} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import {connect} from 'node:net'
import {join} from 'node:path'

/** A name that only the proxy takes to this machine, so that whoever gets an answer went through it; the CLI takes no host that is not Heroku's. */
export const hidden = 'localhost.herokudev.com'

/** Nothing listens there: whoever gets an answer went through a proxy that leads elsewhere. */
export const closed = 'http://localhost:2'

type Listening = {close(): Promise<void>; port: number}

export type Front = Listening & {headers: IncomingHttpHeaders[]}
export type Proxy = Listening & {authorizations: (string | undefined)[]; targets: string[]}

/** Passes every request on to the sandbox and keeps its headers; over TLS where it is given a certificate. */
export async function startFront(sandboxUrl: string, tls?: {cert: string; key: string}): Promise<Front> {
  const headers: IncomingHttpHeaders[] = []
  const pass: RequestListener = (incoming, response) => {
    headers.push(incoming.headers)
    const onward = request(new URL(incoming.url ?? '/', sandboxUrl), {headers: incoming.headers, method: incoming.method}, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(onward)
  }

  return {...await listen(tls ? createSecureServer(tls, pass) : createServer(pass)), headers}
}

/** Answers everything with 204, as some health endpoints do. */
export const startBodiless = (): Promise<Listening> => listen(createServer((_, response) => {
  response.writeHead(204).end()
}))

type Way = {refuses?: boolean; to?: number}

/** Tunnels CONNECT to this machine, whatever the name, to the port that is named or to `to`, and keeps where to; with `refuses` it answers 407 to everything. */
export async function startProxy({refuses = false, to}: Way = {}): Promise<Proxy> {
  const targets: string[] = []
  const authorizations: (string | undefined)[] = []
  const server = createServer((_, response) => {
    response.writeHead(refuses ? 407 : 400).end()
  })
  server.on('connect', ({headers, url = ''}, socket) => {
    targets.push(url)
    authorizations.push(headers['proxy-authorization'])
    if (refuses) {
      // The other side may be gone before it has read the answer.
      socket.on('error', () => {})
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }

    const onward = connect(to ?? Number(url.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket)
      socket.pipe(onward)
    })
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) one.on('error', () => other.destroy())
  })
  return {...await listen(server), authorizations, targets}
}

/** A certificate for the hidden name, which NODE_EXTRA_CA_CERTS has to point at; null where there is no openssl. */
export async function makeCertificate(directory: string): Promise<null | {cert: string; certFile: string; key: string}> {
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  const {failed} = await execa('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', `/CN=${hidden}`, '-addext', `subjectAltName=DNS:${hidden}`, '-keyout', keyFile, '-out', certFile,
  ], {reject: false})
  if (failed) return null
  return {cert: await readFile(certFile, 'utf8'), certFile, key: await readFile(keyFile, 'utf8')}
}

async function listen(server: Server): Promise<Listening> {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('listens on no port')
  return {
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
    port: address.port,
  }
}
