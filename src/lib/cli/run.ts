import type {Context} from '../context.js'
import type {Named} from '../credentials/outgoing.js'
import type {AskWhich} from '../inventory/outgoing-token.js'
import type {Failed} from '../rotation/engine/close.js'
import type {Rotation} from '../rotation/rotation.js'
import type {Which} from './flags/several.js'
import type {Answers} from './rotation-command.js'
import {isName, parseDescription} from '../credentials/description.js'
import {flag, heroku, refused, type RotationError, todo} from '../errors.js'
import {named} from '../output/names.js'
import {briefly, plansText} from '../output/plan-text.js'
import {summaries} from '../output/summary.js'
import {trustText} from '../output/trust-text.js'
import {trust} from '../rotation-file/trust.js'
import {openAll, reopenAll} from '../rotation/engine/open.js'
import {canRescue, rescue} from '../rotation/engine/rescue.js'
import {FoundStragglers} from '../rotation/guards/stragglers.js'
import {makePlan, type Planned, type Request} from '../rotation/planning/make-plan.js'
import {makePlans} from '../rotation/planning/several.js'
import {SharedReads} from '../rotation/planning/shared-reads.js'
import {noneOpen} from '../rotation/report/last-ended.js'
import {type Result, resultOf} from '../rotation/report/result.js'
import {documentOf, failureOf, type Results, resultsOf} from '../rotation/report/results.js'
import {endOf, type SessionEnd} from '../rotation/report/session-end.js'
import {type OpenJournal, openJournals, type Overrides} from '../rotation/state/journals.js'
import {selectRotation, type Wanted} from '../rotation/state/select.js'
import {takeOverRotation} from '../rotation/state/take-over.js'
import {visible} from '../text/shown.js'
import {wrapped} from '../text/width.js'
import {canDecide, decide, shows, untilDecided, type Work} from './decision.js'
import {refuseUnknownTask} from './flags/done.js'
import {noFileOf, refuseUnnamed} from './found-file.js'
import {askToInclude, namingStragglers, withStragglers} from './including.js'
import {askTrust, confirm} from './operator.js'
import {ReportingCommand} from './reporting-command.js'
import {refuseBoth} from './request.js'
import {fileIn, lineUnderTypedId, withoutDryRun} from './suggestion.js'

type OnFailure = 'ask' | 'roll-back' | 'stay'

export type Chosen = {requests: (context: Context) => Promise<Request[]>; which: null | Which}

/** `isOne`: the person named one rotation, whose result stands alone in `--json`. */
type Open = {context: Context; isOne: boolean; rotations: readonly Rotation[]}

type InFlight = Answers & Wanted & {all?: boolean; app?: readonly string[] | undefined}

export const revokeWarning = ({plan: {outgoing}}: Rotation) => `This revokes ${outgoing.description} (${outgoing.id}). It cannot be undone.`

/** Words that agree to the rotation; scripts say the same ones with each command. */
const wordsOf = ({name, outgoing: {description, id}}: Rotation['plan']) => [name, id, ...(isName(parseDescription(description).name) ? [description] : [])]

export abstract class RunCommand extends ReportingCommand {
  // oclif writes into the manifest only statics of a command and of its direct parent.
  static override enableJsonFlag = true
  static override promptFlagActive = false

  #reads: null | SharedReads = null

  protected async showPlans({requests, which}: Chosen, stops = false): Promise<Result | Results> {
    const context = await this.makeContext()
    const plans = (await this.#plans(context, await requests(context))).map(({plan}) => plan)
    this.print(styles => plansText(plans, {columns: process.stdout.columns ?? 80, stops, styles}) || 'Nothing is due.\n')
    const next = plans.length === 0 ? null : withoutDryRun(this.id, this.argv)
    return this.knowing(documentOf(plans.map(plan => resultOf(plan, null, context.api.calls, next)), {calls: context.api.calls, isOne: which === null, next}))
  }

  protected async begin({requests, which}: Chosen, given: Answers & {'no-revoke'?: boolean; 'trust-file'?: string | undefined}): Promise<Open> {
    const {actor, confirm: confirmed, done, 'no-revoke': stops = false, 'trust-file': pinned} = given
    const context = await this.makeContext({actor, done})
    const trusted = await this.#trusted(context, await requests(context))
    if (pinned !== undefined && fileIn(this.argv) === null) throw noFileOf(pinned)
    if (this.found && (confirmed !== undefined || !this.canAsk)) refuseUnnamed(this.found, this.id ?? '', this.argv)
    const planned = await this.#plans(context, trusted)
    const isOne = which === null
    const [first] = planned
    if (!first) return {context, isOne, rotations: []}
    const plans = planned.map(({plan}) => plan)
    refuseUnknownTask(done, plans)
    const more = this.isInteractive ? `${withoutDryRun(this.id, this.argv)} --dry-run` : undefined
    const screen = {...this.screen, more, stops}
    // With --json nothing else would tell what the question is about.
    if (!this.jsonEnabled() || (confirmed === undefined && this.isInteractive)) this.present(plansText(plans, screen), confirmed === undefined ? briefly(plans, screen) : '')
    await confirm({
      confirmed,
      isInteractive: this.isInteractive,
      names: isOne ? wordsOf(first.plan) : [which],
      ...(first.plan.inPlace
        ? {style: this.screen.styles.bad, to: 'kill the old token now'}
        : {to: isOne ? 'replace the token' : planned.length === 1 ? 'replace this token' : `replace these ${planned.length} tokens`}),
    })
    return {context, isOne, rotations: await openAll(context, planned)}
  }

  protected async inFlight(wanted: InFlight, waits: Overrides = {}, made: Context | null = null): Promise<Open> {
    const {all: isAll = false, app, authorization, description = authorization, rotation} = wanted
    refuseBoth(this.id ?? '', authorization, wanted.description)
    const clash = rotation === undefined ? description === undefined ? app && '--app' : (authorization ?? '--description') : '--rotation'
    if (isAll && clash) throw refused('ROTATE_WHICH', `--all and ${clash} cannot be combined.`, todo(`Leave out ${clash}, or --all.`))
    const context = made ?? (await this.makeContext(wanted))
    const journals = isAll ? await openJournals(context) : [await selectRotation(context, wanted)].flatMap(open => open ?? [])
    if (isAll && journals.length === 0) throw await noneOpen(context)
    if (journals.length === 0) {
      this.startProgress()
      return {context, isOne: true, rotations: [await takeOverRotation(context, rotation ?? '', waits)]}
    }

    refuseUnknownTask(wanted.done, journals.map(({plan}) => plan))
    return {context, isOne: !isAll, rotations: await reopenAll(context, journals, await this.#agreedTo(journals, wanted.confirm, waits))}
  }

  /** A journal that this session has not signed may say what somebody else wants: the person sees it, and says whether to go on. */
  async #agreedTo(journals: readonly OpenJournal[], confirmed: string | undefined, waits: Overrides): Promise<Overrides> {
    const plans = journals.filter(({isSigned}) => !isSigned).map(({plan}) => plan)
    const [first] = plans
    if (!first || (confirmed === undefined && !this.canAsk)) return waits
    if (!this.jsonEnabled()) {
      this.present(plansText(plans, this.screen))
      const told = [
        'This is what the journal says. It was written under another login, or somebody has changed it.',
        'Everything is read again before anything is changed. The programs, addresses and files of the journal are left to you.',
      ].join(' ')
      process.stderr.write(`${this.screen.styles.warn(wrapped(told, this.screen.columns))}\n\n`)
    }

    const names = plans.length === 1 ? wordsOf(first) : ['all']
    await confirm({confirmed, isInteractive: this.canAsk, names, to: plans.length === 1 ? 'replace the token as that journal says' : 'replace the tokens as these journals say'})
    return {...waits, isAgreed: true}
  }

  /** On a terminal, asks before what cannot be undone, or restarts every app; a script has said it with the command. */
  protected async agreed(open: Open, confirmed: string | undefined, warning: (rotation: Rotation) => string, rotations = open.rotations): Promise<Open> {
    const [first] = rotations
    if (!first || (confirmed === undefined && !this.canAsk)) return open
    try {
      for (const rotation of rotations) this.tell(this.screen.styles.bad(visible(`Warning: ${warning(rotation)}`)))
      const names = [...(rotations.length === 1 ? wordsOf(first.plan) : []), ...(open.isOne ? [] : ['all'])]
      await confirm({confirmed, isInteractive: this.canAsk, names, to: 'proceed'})
      return open
    } catch (error) {
      for (const rotation of open.rotations) await rotation.release()
      throw error
    }
  }

  /** `verb` names the command that goes on after a run that stops as asked. */
  protected async carryOut({context, isOne, rotations}: Open, work: Work, {onFailure = 'stay', verb = null}: {onFailure?: OnFailure; verb?: null | string} = {}): Promise<Result | Results> {
    this.knowNames(rotations.flatMap(({plan}) => plan.consumers))
    this.opened()
    const startedAt = context.clock.now()
    const notified = new Set<Rotation>()
    const notify = async (rotation: Rotation, text: string) => {
      notified.add(rotation)
      await this.notify(context, rotation.plan.name, startedAt, text)
    }

    let failed: Failed
    try {
      failed = await untilDecided(rotations, work, async (rotation, error, tryAgain) => {
        // Notified before the question: the person may have looked away.
        if (error.exit !== 'interrupted') await notify(rotation, error.happened)
        if (onFailure === 'ask' && this.canAsk && canDecide(rotation, error)) return this.#decided(context, rotation, error, tryAgain)
        return onFailure === 'roll-back' && canRescue(rotation, error) ? rescue(rotation, error) : error
      })
    } finally {
      for (const rotation of rotations) await rotation.release()
    }

    this.progress.stop()
    const {calls} = context.api
    const next = verb === null ? null : (selection: string) => `heroku authorizations:rotate:${verb} ${selection}`
    const results = resultsOf(rotations, failed, calls, next).map(result => ({...result, next: result.next && lineUnderTypedId(result.next, this.id)}))
    const error = failureOf(failed, isOne)
    const document = this.knowing(documentOf(results, {calls, error, isOne, next: results.length > 1 ? (next?.('--all') ?? null) : null}))
    for (const [index, rotation] of rotations.entries()) {
      if (notified.has(rotation)) continue
      const failure = failed.get(rotation)
      if (failure?.exit !== 'interrupted') await notify(rotation, failure?.happened ?? results[index]?.status ?? '')
    }

    if (!error || !isOne) {
      this.tell('')
      const ended = rotations.map((rotation, index) => ({end: this.#endOf(rotation), hasFailed: failed.has(rotation), result: results[index]}))
      this.print(styles => summaries(ended, isOne ? null : calls, {columns: process.stdout.columns ?? 80, names: this.names, styles}))
    }

    if (error) throw error
    return document
  }

  #endOf(rotation: Rotation): null | SessionEnd {
    const end = endOf(rotation)
    return end && {...end, next: lineUnderTypedId(end.next, this.id)}
  }

  /** Asks whether the rotation file is trusted: what it names is run and asked from the plan on. */
  async #trusted(context: Context, requests: readonly Request[]): Promise<Request[]> {
    const [untrusted] = requests.flatMap(request => request.untrusted ?? [])
    if (!untrusted) return [...requests]
    const {digest, path} = untrusted
    if (!this.jsonEnabled()) this.present(`${trustText(untrusted, this.screen)}\n`)
    const whole = `${path} names programs, addresses, files or workflows. It is not trusted under this login, or has changed since.`
    if (!this.canAsk) throw refused('ROTATE_UNTRUSTED', whole, [heroku('authorizations:rotate:trust', path), flag('--trust-file', digest)])
    await askTrust(untrusted)
    await trust(untrusted, context.clock.now(), context)
    return requests.map(({consumers, untrusted: _, ...request}) => ({...request, consumers: consumers.map(({unasked: __, ...placed}) => placed)}))
  }

  async #plan(context: Context, request: Request, look: SharedReads): Promise<Planned> {
    const {looking} = request
    try {
      return await this.asking(request.outgoing, (outgoing: Named, ask: AskWhich) => makePlan(context, {...request, looking: {...looking, ask}, outgoing}, look))
    } catch (error) {
      if (!(error instanceof FoundStragglers)) throw error
      if (!this.canAsk || !(await askToInclude(error.stragglers))) throw namingStragglers(error, {argv: this.argv, id: this.id ?? ''}, request.outgoing)
      return this.#plan(context, withStragglers(request, error.stragglers), look)
    }
  }

  /** What a question has read is not read once more for the plan. */
  protected sharedReads(context: Context): SharedReads {
    this.#reads ??= new SharedReads(context)
    return this.#reads
  }

  async #plans(context: Context, requests: readonly Request[]): Promise<Planned[]> {
    this.knowNames(requests.flatMap(({consumers}) => consumers))
    const planned = await makePlans(context, requests, (request, look) => this.#plan(context, request, look), this.sharedReads(context))
    this.knowNames(planned.flatMap(({plan}) => plan.consumers))
    return planned
  }

  /** The facts stay on the screen, and are not told once more by the error where the person goes on. */
  async #decided({lend}: Context, rotation: Rotation, error: RotationError, tryAgain: () => void): Promise<RotationError> {
    const decision = await this.onScreen(() => decide({
      error,
      rotation,
      run: command => shows(this.config, command, lend),
      tell: text => {
        this.tell(named(text, this.names))
      },
    }))
    if (decision === 'again') tryAgain()
    return decision === 'back' ? rescue(rotation, error) : error
  }
}
