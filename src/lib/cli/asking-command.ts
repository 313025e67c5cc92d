import type {Context} from '../context.js'
import type {Request} from '../rotation/planning/make-plan.js'
import {issueOf} from '../credentials/description.js'
import {namedBy} from '../credentials/outgoing.js'
import {consumersFrom} from './flags/consumers.js'
import {appsUsing, pick, pickCanary, readUsages} from './picking.js'
import {type PlanFlags, requestFrom} from './request.js'
import {type Chosen, RunCommand} from './run.js'

/** The base of the commands that plan a rotation: asks for what was not said. */
export abstract class AskingCommand extends RunCommand {
  // oclif writes into the manifest only statics of a command and of its direct parent.
  static override enableJsonFlag = true
  static override promptFlagActive = false

  /** On a terminal the person picks the authorization that nobody has named, and a canary. */
  protected async chosen(argument: string | undefined, given: PlanFlags): Promise<Chosen> {
    const {description, id} = namedBy(argument, given.description)
    const asked = description === undefined ? given : await this.withFile(given, description)
    const request = await requestFrom(argument, asked, await this.trustStore())
    const isNamed = asked.file !== undefined || description !== undefined || id !== undefined
    if (this.canAsk && (this.asksMore || !isNamed)) return {requests: async context => [await this.#pick(context, request, asked)], which: null}
    return {requests: async context => [id === undefined || asked.file !== undefined ? request : await this.#identified(context, {...request, outgoing: {id}}, asked)], which: null}
  }

  async #pick(context: Context, request: Request, given: PlanFlags): Promise<Request> {
    const reads = this.sharedReads(context)
    const usages = await this.reading('Reading which apps use which authorization', () => readUsages(context, reads, given.concurrency))
    const {description, id} = request.outgoing
    if (description !== undefined || id !== undefined) return this.#withCanary(request, given, appsUsing(usages, request.outgoing))
    const {apps, name, named} = await pick(usages, {columns: this.screen.columns, now: context.clock.now()})
    this.argv = [...this.argv, ...(named.id === undefined ? ['--description', named.description ?? ''] : [named.id])]
    const asked = await this.withFile({...given, description: name}, name)
    return this.#withCanary({...(await requestFrom(undefined, asked, await this.trustStore())), outgoing: named}, asked, apps)
  }

  async #withCanary(request: Request, given: PlanFlags, apps: readonly string[]): Promise<Request> {
    const canary = !request.inPlace && request.looking.mode === 'find' && request.consumers.length === 0 ? await pickCanary(apps) : null
    if (canary === null) return request
    this.argv = [...this.argv, '--canary', canary]
    return {...request, consumers: consumersFrom({...given, canary: [canary]})}
  }

  /** A rotation file names credentials by their descriptions, so that the authorizations tell whether an ID is of one of them. */
  async #identified(context: Context, request: Request, given: PlanFlags): Promise<Request> {
    const {looking, outgoing} = request
    const [, authorizations] = await this.sharedReads(context).lists()
    const [only, ...others] = authorizations.filter(({id}) => id.startsWith(outgoing.id?.toLowerCase() ?? ''))
    if (!only || others.length > 0) return request
    const asked = await this.withFile({...given, description: issueOf(only).name, 'outgoing-token-stdin': false}, issueOf(only).name)
    if (asked.file === undefined) return request
    const inFile = await requestFrom(undefined, asked, await this.trustStore())
    return {...inFile, looking: {...inFile.looking, given: looking.given}, outgoing}
  }
}
