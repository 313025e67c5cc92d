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
