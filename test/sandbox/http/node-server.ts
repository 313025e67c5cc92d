import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {text} from 'node:stream/consumers'

import type {ApiRequest, Outcome} from './exchange.js'

export type Listening = {close(): Promise<void>; url: string}

/** Serves on loopback, where port 0 takes a free one, or on the unix socket of a path. */
export async function listen(at: number | string, handle: (request: ApiRequest) => Promise<Outcome>): Promise<Listening> {
  const server = createServer((incoming, response) => {
    serve(incoming, response, handle).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy()
        return
      }

      // A bug of the sandbox: said aloud, so that no test mistakes it for the platform.
      response.writeHead(500, {'Content-Type': 'text/plain'}).end(`sandbox: ${error instanceof Error ? error.stack : String(error)}`)
    })
  })
  // Clients keep connections alive; a server that closes one between requests causes resets nobody armed.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(typeof at === 'number' ? {host: '127.0.0.1', port: at} : {path: at}, resolve)
  })
  return {close: () => close(server), url: urlOf(server)}
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close(error => error ? reject(error) : resolve())
    server.closeAllConnections()
  })
}

async function serve(incoming: IncomingMessage, response: ServerResponse, handle: (request: ApiRequest) => Promise<Outcome>): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox.invalid')
  let body = ''
  try {
    const {'content-length': length, 'transfer-encoding': encoding} = incoming.headers
    if (length !== undefined || encoding !== undefined) body = await text(incoming)
  } catch {
    // The client went away in the middle of its request.
    response.destroy()
    return
  }

  const outcome = await handle({
    body,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value ?? ''])),
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
  })
  if (outcome.kind === 'silence' || outcome.kind === 'killed') return
  if (outcome.kind === 'reset') {
    // Only TCP has a reset.
    if (incoming.socket.remoteAddress === undefined) incoming.socket.destroy()
    else incoming.socket.resetAndDestroy()
    return
  }

  if (outcome.kind === 'stream') {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    response.writeHead(200, {'Content-Type': 'text/event-stream'})
    response.flushHeaders()
    for await (const text of outcome.read(gone.signal)) response.write(text)
    response.end()
    return
  }

  const {answer} = outcome
  response.writeHead(answer.status, {...answer.headers, 'Content-Length': Buffer.byteLength(answer.body)}).end(answer.body)
}

function urlOf(server: Server): string {
  const address = server.address()
  if (typeof address === 'string') return `unix:${address}`
  if (address === null) throw new Error('the sandbox does not listen')
  return `http://127.0.0.1:${address.port}`
}
