/** Skips the running test, or from a hook its whole suite, and says why where the run lists what it skipped. */
export function skip(context: Mocha.Context, reason: string): never {
  const running = context.runnable()
  const titled = 'type' in running && running.type === 'hook' ? running.parent : running
  if (titled) titled.title += ` (${reason})`
  return context.skip()
}
