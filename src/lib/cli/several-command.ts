import type {Context} from '../context.js'
import type {RotationError} from '../errors.js'
import type {Failed} from '../rotation/engine/several.js'
import type {Planned, Request} from '../rotation/planning/make-plan.js'
import type {Results} from '../rotation/report/results.js'
import type {Rotation} from '../rotation/rotation.js'
import type {Waits} from '../rotation/state/journals.js'
import type {Wanted} from '../rotation/state/select.js'
import type {Which} from './flags/several.js'

import {nextCommand, refused, usage} from '../errors.js'
import {plansText} from '../output/plan-text.js'
import {severalSummary} from '../output/several-summary.js'
import {openAll, reopenAll} from '../rotation/engine/several.js'
import {makePlans} from '../rotation/planning/several.js'
import {resultOf} from '../rotation/report/result.js'
import {failureOf, resultsOf} from '../rotation/report/results.js'
import {openJournals} from '../rotation/state/journals.js'
import {confirm} from './confirm.js'
import {type Answers, endOf, type OnFailure, RotationCommand} from './rotation-command.js'
import {withoutDryRun} from './suggestion.js'

/** Rotations that are run together. */
type Several = {context: Context; rotations: readonly Rotation[]}

/** Tells of one that has failed, before the session is given up. */
type Mend = (rotation: Rotation, error: RotationError) => Promise<RotationError>

/** Which they are may depend on what the account has. */
type Choose = (context: Context) => Promise<Request[]>

/** What commands have in common that run several rotations at once. */
export abstract class SeveralCommand extends RotationCommand {
  // The manifest tells what a command's own class and the next one above it say.
  static override enableJsonFlag = true
  static override promptFlagActive = false

  /** Plans all of them, and changes nothing. */
  protected async showPlans(choose: Choose): Promise<Results> {
    const context = await this.makeContext()
    const plans = (await this.#plans(context, choose)).map(({plan}) => plan)
    this.print(styles => plansText(plans, process.stdout.columns ?? 80, styles) || 'Nothing is due.\n')
    const {calls} = context.api
    const next = withoutDryRun(this.argv)
    return {api_calls: calls, next: plans.length === 0 ? null : next, rotations: plans.map(plan => resultOf(plan, null, calls, next))}
  }

  /** Plans all of them, shows them, has them confirmed at once, and opens the rotations. */
  protected async beginAll(choose: Choose, which: Which, {actor, confirm: confirmed, done}: Answers): Promise<Several> {
    const context = await this.makeContext({actor, done})
    const planned = await this.#plans(context, choose)
    if (planned.length === 0) return {context, rotations: []}
    if (!this.jsonEnabled()) process.stderr.write(`${plansText(planned.map(({plan}) => plan), process.stderr.columns ?? 80, this.styles.stderr)}\n`)
    await confirm({confirmed, isInteractive: this.isInteractive, names: [which], what: `${planned.length === 1 ? 'this token' : `these ${planned.length} tokens`}`})
    return {context, rotations: await openAll(context, planned)}
  }

  /** All that are in flight on this machine. */
  protected async allInFlight({actor, app, description, done, rotation}: Wanted & Answers & {app?: readonly string[] | undefined}, waits: Waits = {}): Promise<Several> {
    const clash = rotation === undefined ? description === undefined ? app && '--app' : '--description' : '--rotation'
    if (clash) throw usage('ROTATE_WHICH', `--all is of every rotation in flight, and ${clash} of one.`, `Leave out ${clash}, or --all.`)
    const context = await this.makeContext({actor, done})
    const open = await openJournals(context)
    if (open.length === 0) throw refused('ROTATE_NONE', 'No rotation is in flight on this machine.', 'heroku authorizations:rotate:status')
    return {context, rotations: await reopenAll(context, open, waits)}
  }

  /** Runs them and gives the locks back; what failed of any is told together, when all have come to their end. */
  protected async carryOutAll(
    {context, rotations}: Several,
    work: (rotations: readonly Rotation[], mend: Mend) => Promise<Failed>,
    verb: null | string,
    onFailure: OnFailure = 'stay',
  ): Promise<Results> {
    const startedAt = context.clock.now()
    this.opened()
    const next = verb === null ? null : (of: string) => `heroku authorizations:rotate:${verb} ${of}`
    let failed: Failed
    try {
      failed = await work(rotations, (rotation, error) => this.rescued(rotation, error, onFailure))
    } finally {
      for (const rotation of rotations) await rotation.release()
    }

    this.stopProgress()
    const error = failureOf(failed)
    const results = resultsOf(rotations, failed, context.api.calls, next)
    const [only] = results.flatMap(({next: line}) => line ?? [])
    const document = {api_calls: context.api.calls, next: error ? nextCommand(error.next) : (results.length > 1 ? next?.('--all') : null) ?? only ?? null, rotations: results}
    this.print(styles => severalSummary(rotations.map((rotation, index) => ({
      end: endOf(rotation), hasFailed: failed.has(rotation), result: results[index],
    })), document.api_calls, process.stdout.columns ?? 80, styles))
    await this.notify(context, rotations.map(({plan}) => plan.name), startedAt, error ? 'not all of them' : 'done')
    if (!error) return document
    throw this.knowing(document, error)
  }

  async #plans(context: Context, choose: Choose): Promise<Planned[]> {
    const requests = await choose(context)
    return makePlans(context, requests, (request, look) => this.plan(context, request, look))
  }
}
