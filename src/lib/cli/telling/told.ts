import type {RotationError} from '../../errors.js'

/** The end of a command whose error was told. The telemetry of the CLI gets it, and it says no more than the code. */
export class Told extends Error {
  readonly code: string
  readonly oclif: {exit: number}
  readonly skipOclifErrorHandling = true

  constructor({code, exitCode}: RotationError) {
    super(code)
    this.code = code
    this.oclif = {exit: exitCode}
    this.stack = code
  }
}
