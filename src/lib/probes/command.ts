import * as z from 'zod'
import type {Probe, ProbeAccess} from './probe.js'
import {RotationError, todo} from '../errors.js'
import {poll} from '../heroku/poll.js'
import {commandLine, findProgram, locateProgram, perform} from '../system/program.js'
import {LONGEST_WAIT} from '../text/duration.js'
import {typed} from '../text/shell-quote.js'

const SECONDS = 60

const addressSchema = z.strictObject({
  kind: z.literal('command'),
  name: z.string().regex(/^\w[\w.-]*$/, 'is not a name of letters, digits, dots and dashes'),
  run: commandLine,
  timeout: z.number().positive().max(3600).optional(),
  within: z.number().min(0).max(LONGEST_WAIT).optional(),
})
type Address = z.output<typeof addressSchema>

export const commandProbe: Probe<Address> = {
  address: addressSchema,
  // Looks for the program without running it: before the rotation nothing is to happen.
  check: async ({run}, {env}) => findProgram(run, env),
  id: ({name}) => `command:${name}`,
  kind: 'command',
  locate: ({run, ...at}, where) => ({...at, run: locateProgram(run, where)}),
  reach: ({run}) => [{command: run, does: 'ask', env: []}],
  async run(at, access) {
    let failure: RotationError | undefined
    const passed = await poll({clock: access.clock, signal: access.signal, timeoutMs: (at.within ?? 0) * 1000}, async () => {
      failure = await failureOf(at, access)
      if (!failure) return true
      access.progress(failure.happened)
      return undefined
    })
    if (passed) return 'exit 0'
    throw failure ?? new RotationError('ROTATE_PROBE', `${at.name} did not pass.`, {next: todo(typed(...at.run))})
  },
}

async function failureOf({name, run: command, timeout}: Address, access: ProbeAccess): Promise<RotationError | undefined> {
  try {
    await perform({command, name, seconds: timeout ?? SECONDS}, access)
    return undefined
  } catch (error) {
    access.signal.throwIfAborted()
    if (error instanceof RotationError) return new RotationError('ROTATE_PROBE', error.happened, {next: error.steps})
    throw error
  }
}
