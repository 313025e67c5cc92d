import type {Context} from '../context.js'
import type {Request} from '../rotation/planning/make-plan.js'
import {SharedReads} from '../rotation/planning/shared-reads.js'
import {pick, pickCanary, readUsages, usageOf} from './picking.js'
import {type PlanFlags, requestFrom} from './request.js'
import {type Chosen, RunCommand} from './run.js'

/** The base of the commands that plan a rotation: asks for what was not said. */
export abstract class AskingCommand extends RunCommand {
  // oclif writes into the manifest only statics of a command and of its direct parent.
  static override enableJsonFlag = true
  static override promptFlagActive = false

  /** On a terminal the person picks the authorization that nobody has named, and a canary. */
  protected async chosen(argument: string | undefined, given: PlanFlags): Promise<Chosen> {
    const request = await requestFrom(argument, given, this.files())
    const isNamed = given.file !== undefined || argument !== undefined || given.description !== undefined
    const isPicked = this.canAsk && (this.asksMore || !isNamed)
    return {requests: async context => [isPicked ? await this.#pick(context, request, given) : request], which: null}
  }

  async #pick(context: Context, request: Request, given: PlanFlags): Promise<Request> {
    const reads = new SharedReads(context)
    this.reads = reads
    const usages = await this.reading('Reading which apps use which authorization', () => readUsages(context, reads, given.concurrency))
    const {description, id} = request.outgoing
    const isNamed = description !== undefined || id !== undefined
    const usage = isNamed ? usageOf(usages, request.outgoing) : await pick(usages, {columns: process.stderr.columns ?? 80, now: context.clock.now()})
    const {named} = usage
    if (!isNamed) this.argv = [...this.argv, ...(named.id === undefined ? ['--description', named.description ?? ''] : [named.id])]
    const finds = request.looking.mode === 'find' && request.consumers.length === 0
    const canary = finds ? await pickCanary(usage) : null
    if (canary !== null) this.argv = [...this.argv, '--canary', canary]
    const asked = {...given, ...(canary === null ? {} : {canary: [canary]}), description: named.description}
    return requestFrom(named.id, asked, this.files())
  }
}
