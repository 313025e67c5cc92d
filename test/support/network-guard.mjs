/*
 * Preloaded into the CLI and its children (node --import) when telemetry is on. Refuses every connection to
 * another machine, and appends to NETWORK_LOG, a JSON document a line: {connect} for what was refused,
 * {telemetry} for what the CLI handed to its telemetry worker, which is all that telemetry can send.
 */
import {appendFileSync} from 'node:fs'
import net from 'node:net'

const log = entry => {
  if (process.env.NETWORK_LOG) appendFileSync(process.env.NETWORK_LOG, `${JSON.stringify(entry)}\n`)
}

const local = new Set(['localhost', '127.0.0.1', '::1'])
const {connect} = net.Socket.prototype

net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  const host = typeof options === 'object' ? options.host : args[1]
  if (options?.path || host === undefined || local.has(host)) return connect.apply(this, args)
  log({connect: host})
  process.nextTick(() => this.destroy(Object.assign(new Error(`no network: ${host}`), {code: 'ENETUNREACH'})))
  return this
}

if (process.argv[1]?.endsWith('telemetry-worker.js')) {
  let received = ''
  // Only with the worker's own listener: an earlier one would take what the worker is given.
  process.stdin.once('newListener', event => {
    if (event !== 'data') return
    process.stdin.on('data', chunk => {
      received += chunk
    })
    process.stdin.on('end', () => log({telemetry: received}))
  })
}
