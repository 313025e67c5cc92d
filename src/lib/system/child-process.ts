import {setMaxListeners} from 'node:events'
import type {Run} from '../ports.js'
import {Secret} from '../secrecy/secret.js'
import {isPath, whereIs} from './on-path.js'
import {codeOf} from './system-error.js'

/** No variable here may hold a token. */
const INHERITED = [
  'ALL_PROXY', 'APPDATA', 'AWS_CA_BUNDLE', 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', 'COMSPEC', 'CURL_CA_BUNDLE', 'DBUS_SESSION_BUS_ADDRESS',
  'GIT_SSL_CAINFO', 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', 'HOME', 'HTTPLIB2_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'LANG', 'LANGUAGE', 'LC_ADDRESS',
  'LC_ALL', 'LC_COLLATE', 'LC_CTYPE', 'LC_IDENTIFICATION', 'LC_MEASUREMENT', 'LC_MESSAGES', 'LC_MONETARY', 'LC_NAME', 'LC_NUMERIC', 'LC_PAPER',
  'LC_TELEPHONE', 'LC_TIME', 'LOCALAPPDATA', 'LOGNAME', 'NIX_SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'NO_PROXY', 'PATH', 'PATHEXT',
  'REQUESTS_CA_BUNDLE', 'SHELL', 'SSL_CERT_DIR', 'SSL_CERT_FILE', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'TZ', 'USER', 'USERPROFILE', 'WINDIR',
  'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME', 'all_proxy', 'http_proxy', 'https_proxy', 'no_proxy',
] as const

type Env = Readonly<Record<string, string | undefined>>

export function variables(names: readonly string[], env: Env): Record<string, string> {
  return Object.fromEntries(names.flatMap((name): [string, string][] => (env[name] === undefined ? [] : [[name, env[name]]])))
}

export const inheritedFrom = (env: Env): Record<string, string> => variables(INHERITED, env)

/** The rest of a stream is read and dropped, so that the child can end. */
const MOST_BYTES = 1_000_000
const GRACE_MS = 2000

/** So long nothing more comes: what the program had written was read. */
const QUIET_MS = 100
const MOST_LOOKS = 10

const isWindows = process.platform === 'win32'

/**
 * Each child leads a process group: its deadline ends its descendants too, the terminal's Ctrl-C does not reach it half way
 * through a write, and it has no terminal to ask questions on. execa's error quotes the command line, so it never gets out.
 */
export function runWith(env: Env, graceMs = GRACE_MS): Run {
  const inherited = inheritedFrom(env)
  const running = new Set<Child>()
  const killAll = () => {
    for (const child of running) signalAll(child, 'SIGKILL')
  }

  return async ([file = '', ...args], {cwd, env: added = {}, input, signal, timeoutMs}) => {
    const {execa} = await import('execa')
    const text = input instanceof Secret ? input.expose(value => value) : input
    const whole = {...inherited, ...added}
    // Found here, because Windows looks into the current directory first.
    const program = isPath(file) ? file : await whereIs(file, whole)
    if (program === null) throw notStarted(file, 'ENOENT')
    signal?.throwIfAborted()
    const child = execa(program, args, {
      ...(cwd === undefined ? {} : {cwd}),
      buffer: false,
      detached: !isWindows,
      env: whole,
      extendEnv: false,
      ...(text === undefined ? {stdin: 'ignore'} : {input: text}),
      reject: false,
      verbose: 'none', // NODE_DEBUG=execa would print what it reads
    })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    if (running.size === 0) process.once('exit', killAll)
    running.add(child)
    letGo(child)
    const stop = stopper(child, graceMs)
    let isOverdue = false
    const deadline = setTimeout(() => {
      isOverdue = child.exitCode === null
      stop.now()
    }, timeoutMs)
    if (signal) {
      // Each running child listens; Node would warn of a leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', stop.now, {once: true})
    }

    try {
      const {code, exitCode} = await child
      signal?.throwIfAborted()
      if (child.pid === undefined) throw notStarted(file, code ?? 'unknown')
      return {exitCode: isOverdue ? null : (exitCode ?? null), stderr: stderr(), stdout: stdout()}
    } finally {
      clearTimeout(deadline)
      stop.cancel()
      signal?.removeEventListener('abort', stop.now)
      running.delete(child)
      if (running.size === 0) process.removeListener('exit', killAll)
    }
  }
}

type Stream = {destroy(): unknown; on(event: 'data', listener: (chunk: Uint8Array) => void): unknown}
type Child = {
  kill(signal: NodeJS.Signals): boolean
  once(event: 'exit', listener: () => void): unknown
  pid?: number
  stderr: Stream
  stdout: Stream
}

function collect(stream: Stream): () => string {
  const chunks: Uint8Array[] = []
  let size = 0
  stream.on('data', chunk => {
    const room = MOST_BYTES - size
    if (room > 0) chunks.push(chunk.subarray(0, room))
    size += chunk.length
  })
  return () => Buffer.concat(chunks).toString()
}

/** A program may leave an agent that holds its output open: once it has ended, what it wrote is read, and no more is waited for. */
function letGo(child: Child): void {
  const {stderr, stdout} = child
  child.once('exit', () => {
    let isQuiet = true
    let looks = 0
    for (const stream of [stdout, stderr]) {
      stream.on('data', () => {
        isQuiet = false
      })
    }

    const look = () => {
      looks += 1
      if (!isQuiet && looks < MOST_LOOKS) {
        isQuiet = true
        later()
        return
      }

      stdout.destroy()
      stderr.destroy()
    }

    // By way of setImmediate, so that what came while this process was busy is read before.
    const later = () => {
      setTimeout(() => setImmediate(look), QUIET_MS).unref()
    }

    later()
  })
}

function stopper(child: Child, graceMs: number): {cancel: () => void; now: () => void} {
  let later: NodeJS.Timeout | undefined
  return {
    cancel: () => clearTimeout(later),
    now() {
      if (later) return
      signalAll(child, 'SIGTERM')
      later = setTimeout(() => {
        signalAll(child, 'SIGKILL')
        // A descendant that left the group may keep the pipes open.
        child.stdout.destroy()
        child.stderr.destroy()
      }, graceMs)
    },
  }
}

function signalAll(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (isWindows) child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch (error) {
    // ESRCH: the whole group has ended. EPERM: macOS says so of a group of which only the dead are left.
    const code = codeOf(error)
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function notStarted(file: string, code: string): Error {
  return Object.assign(new Error(code === 'ENOENT' ? `${file}: no such program` : `${file}: cannot be started (${code})`), {code})
}
