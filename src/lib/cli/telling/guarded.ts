import {debuglog} from 'node:util'
import type {Filter} from '../../secrecy/filter.js'

export type Unfiltered = Record<'stderr' | 'stdout', (text: string) => boolean>

/** Puts the filter on both streams, and answers ways past it. */
export function guarded(filter: Filter): Unfiltered {
  const [stderr, stdout] = [process.stderr.write.bind(process.stderr), process.stdout.write.bind(process.stdout)]
  filter.guard(process.stdout)
  filter.guard(process.stderr)
  process.once('exit', () => filter.flush())
  // A rotation goes on when nobody reads its progress any more. (oclif ignores such errors of stdout itself.)
  process.stderr.on('error', () => {})
  return {stderr: text => stderr(text), stdout: text => stdout(text)}
}

/**
 * Shows nothing of what is written meanwhile, where NODE_DEBUG has execa print what each program wrote: the CLI may have gpg decrypt
 * a netrc, and the filter cannot know a login that is still being read.
 */
export async function unseen(work: () => Promise<void>): Promise<void> {
  if (!debuglog('execa').enabled) return work()
  const streams = [process.stderr, process.stdout].map(stream => ({stream, write: stream.write}))
  for (const {stream} of streams) stream.write = () => true
  try {
    await work()
  } finally {
    for (const {stream, write} of streams) stream.write = write
  }
}
