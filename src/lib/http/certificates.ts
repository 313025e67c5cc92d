import {readdir, readFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {rootCertificates} from 'node:tls'
import type {Outside} from '../ports.js'
import {refused, todo} from '../errors.js'

const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/

/** Node's own certificates and those of SSL_CERT_FILE and SSL_CERT_DIR, which the CLI takes behind a proxy; null where neither is set. */
export async function certificatesOf({NODE_EXTRA_CA_CERTS: extra, SSL_CERT_DIR: directories, SSL_CERT_FILE: file}: Outside['env']): Promise<null | string[]> {
  if (!directories && !file) return null
  const named = [
    ...(file ? [await readable('SSL_CERT_FILE', readFile(file, 'utf8'))] : []),
    ...(directories ? await inDirectories(directories.split(delimiter).filter(Boolean)) : []),
    // Node leaves out its extra ones when it is given others, and ignores a file that cannot be read.
    ...(extra ? [await readFile(extra, 'utf8').catch(() => '')] : []),
  ]
  return [...new Set([...rootCertificates, ...named.filter(text => PEM.test(text))])]
}

async function inDirectories(directories: readonly string[]): Promise<string[]> {
  const texts: string[] = []
  for (const directory of directories) {
    // A directory of its own, or a link to nothing, is no certificate.
    for (const name of await readable('SSL_CERT_DIR', readdir(directory))) texts.push(await readFile(join(directory, name), 'utf8').catch(() => ''))
  }

  return texts
}

async function readable<T>(variable: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch {
    throw refused('ROTATE_CERTIFICATES', `The file in ${variable} cannot be read.`, todo(`Correct ${variable}, or unset it.`))
  }
}
