import {Command} from '@heroku-cli/command'
import {CLIError} from '@oclif/core/errors'
import {ux} from '@oclif/core/ux'
import wrapAnsi from 'wrap-ansi'

import type {Context} from '../context.js'
import type {AskWhich} from '../inventory/outgoing-token.js'
import type {Progress} from '../output/progress.js'
import type {ProgressEvent} from '../ports.js'
import type {Planned, Request} from '../rotation/planning/make-plan.js'
import type {FirstLook} from '../rotation/planning/shared-reads.js'
import type {Result} from '../rotation/report/result.js'
import type {Rotation} from '../rotation/rotation.js'
import type {Waits} from '../rotation/state/journals.js'
import type {Wanted} from '../rotation/state/select.js'

import {AmbiguousOutgoing, type Named} from '../credentials/outgoing.js'
import {nextCommand, RotationError, usage} from '../errors.js'
import {pathsBelow} from '../journal/paths.js'
import {errorText} from '../output/error-text.js'
import {planText} from '../output/plan-text.js'
import {progressOn} from '../output/progress-on.js'
import {silentProgress} from '../output/progress.js'
import {type Styles, stylesFor} from '../output/styles.js'
import {summary} from '../output/summary.js'
import {canRescue, rescue} from '../rotation/engine/rescue.js'
import {FoundStragglers} from '../rotation/guards/stragglers.js'
import {makePlan} from '../rotation/planning/make-plan.js'
import {toRotationError} from '../rotation/report/explain.js'
import {inPlaceEnd} from '../rotation/report/in-place-end.js'
import {resultOf} from '../rotation/report/result.js'
import {sessionEnd} from '../rotation/report/session-end.js'
import {openRotation, reopenRotation} from '../rotation/state/journals.js'
import {selectRotation} from '../rotation/state/select.js'
import {adoptRotation} from '../rotation/state/take-over.js'
import {Filter} from '../secrecy/filter.js'
import {realDisk} from '../system/disk.js'
import {type Interrupts, interrupts} from '../system/interrupts.js'
import {headersOf, makeContext, temporaryName} from './composition.js'
import {agrees, choose, confirm, whichToken} from './confirm.js'
import {operator} from './operator.js'
import {fileIn, including, withFlag, withoutDryRun} from './suggestion.js'

const NOTIFY_SECONDS = 20

/** After a failed fanout or verify: leave it to be resumed, ask the person, or take it back. */
export type OnFailure = 'ask' | 'roll-back' | 'stay'

/** What the person said beforehand. */
export type Answers = {actor?: string | undefined; confirm?: string | undefined; done?: readonly string[] | undefined}

/** What all commands share: the context, `--json`, exit codes, and that nothing secret is written. */
export abstract class RotationCommand extends Command {
  static override baseFlags = Command.baseFlagsWithoutPrompt()
  static override enableJsonFlag = true
  static override promptFlagActive = false

  private readonly filter = new Filter()
  #interrupts: Interrupts | null = null
  #isOpen = false
  #known: object = {}
  #progress: Progress = silentProgress
  #unfiltered: (text: string) => boolean = () => false

  protected get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true
  }

  protected get styles(): {stderr: Styles; stdout: Styles} {
    return {stderr: stylesFor('stderr', process.env), stdout: stylesFor('stdout', process.env)}
  }

  // Stays to the very end of the process: what prints an error comes after the command.
  override async init(): Promise<void> {
    this.#unfiltered = process.stdout.write.bind(process.stdout)
    this.filter.guard(process.stdout)
    this.filter.guard(process.stderr)
    process.once('exit', () => this.filter.flush())
    // Whoever read the progress has gone: what is shown stops nothing. (oclif does so for stdout.)
    process.stderr.on('error', () => {})
    // The CLI's own client parses it too, and says only that it is not JSON.
    headersOf(process.env)
    await super.init()
  }

  override async catch(error: unknown): Promise<void> {
    this.#progress.stop()
    const told = this.#told(error)
    process.exitCode = told.exitCode
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(told))
      return
    }

    // oclif would wrap the commands to type, and they could not be copied.
    process.stderr.write(errorText(told, process.stderr.columns ?? 80, this.styles.stderr))
    throw Object.assign(told, {skipOclifErrorHandling: true})
  }

  override async finally(error: Error | undefined): Promise<void> {
    this.#progress.stop()
    this.#interrupts?.release()
    await super.finally(error)
  }

  override toErrorJson(error: unknown): {error: {code: string; message: string; next: null | string}} {
    const {code, message, next} = this.#told(error)
    return {error: {code, message: this.filter.clean(message), next: nextCommand(next)}, ...this.#known}
  }

  protected async makeContext({actor, done = []}: Answers = {}): Promise<Context> {
    this.#interrupts = interrupts(process, () => {
      this.#progress.report({text: 'interrupted: letting calls in flight end (press again to exit at once)', type: 'note'})
    })
    const makeWay = () => this.#progress.pause()
    const context = await makeContext({
      config: this.config,
      env: process.env,
      filter: this.filter,
      heroku: this.heroku,
      makeWay,
      person: operator({
        actor: async () => actor ?? (await context.api.account()).email,
        ask: agrees,
        done,
        isInteractive: this.isInteractive && !this.jsonEnabled(),
        tell(text) {
          makeWay()
          process.stderr.write(text)
        },
      }),
      report: event => this.#report(event),
      signal: this.#interrupts.signal,
    })
    return context
  }

  /** Our own files, without a session. */
  protected files() {
    return {disk: realDisk(temporaryName), paths: pathsBelow(this.config.dataDir)}
  }

  /** Stdout without the filter: for the one command whose result is the token. */
  protected writeUnfiltered(text: string): void {
    this.#unfiltered(text)
  }

  /** Plans, and changes nothing. */
  protected async showPlan(request: Request): Promise<Result> {
    const context = await this.makeContext()
    const {plan} = await this.plan(context, request)
    this.print(styles => planText(plan, process.stdout.columns ?? 80, styles))
    return resultOf(plan, null, context.api.calls, withoutDryRun(this.argv))
  }

  /** Plans, shows it, has it confirmed, and opens the rotation. */
  protected async begin(request: Request, {confirm: confirmed, done}: Answers): Promise<Rotation> {
    const context = await this.makeContext({actor: request.actor ?? undefined, done})
    const planned = await this.plan(context, request)
    const {name, outgoing} = planned.plan
    if (!this.jsonEnabled()) process.stderr.write(`${planText(planned.plan, process.stderr.columns ?? 80, this.styles.stderr)}\n`)
    await confirm({confirmed, isInteractive: this.isInteractive, names: [name, outgoing.id, outgoing.description]})
    return openRotation(context, planned)
  }

  /** The rotation in flight that was named, or the only one. */
  protected async inFlight(wanted: Wanted & Answers, waits: Waits = {}, made: Context | null = null): Promise<Rotation> {
    const context = made ?? (await this.makeContext(wanted))
    const open = await selectRotation(context, wanted)
    if (open) return reopenRotation(context, open, waits)
    this.startProgress()
    const ask = async (question: string) => {
      this.#progress.pause()
      return agrees(question)
    }

    return adoptRotation(context, wanted.rotation ?? '', waits, this.isInteractive && !this.jsonEnabled() ? ask : null)
  }

  /** A failure that `--json` tells together with what was found out. */
  protected knowing(known: object, error: RotationError): RotationError {
    this.#known = known
    return error
  }

  /** A result, for people. */
  protected print(text: (styles: Styles) => string): void {
    if (!this.jsonEnabled()) process.stdout.write(text(this.styles.stdout))
  }

  /** For people alone, and beside the result. */
  protected tell(text: string): void {
    if (this.isInteractive && !this.jsonEnabled()) process.stderr.write(`${wrapAnsi(text, process.stderr.columns ?? 80)}\n`)
  }

  /** From here on something may have been changed, and a failure says what is true then. */
  protected opened(): void {
    this.#isOpen = true
    this.startProgress()
  }

  /** Before the result. */
  protected stopProgress(): void {
    this.#progress.stop()
  }

  /** From here on progress is shown. */
  private startProgress(): void {
    if (this.jsonEnabled() || this.#progress !== silentProgress) return
    this.#progress = progressOn(process.stderr, this.styles.stderr)
  }

  /** Before progress is shown, what takes long is told all the same. */
  #report(event: ProgressEvent): void {
    if (this.#progress !== silentProgress) this.#progress.report(event)
    else if (!this.jsonEnabled() && 'text' in event) process.stderr.write(`${event.text}\n`)
  }

  /** Runs it and gives the lock back; a failure then knows how far it came. */
  protected async carryOut(rotation: Rotation, work: (rotation: Rotation) => Promise<void>, next: null | string, onFailure: OnFailure = 'stay'): Promise<Result> {
    const {context, plan} = rotation
    this.opened()
    const result = (after: null | string) => resultOf(plan, rotation.state, context.api.calls, after)
    const startedAt = context.clock.now()
    try {
      await work(rotation)
    } catch (error) {
      const failure = this.#told(error)
      // Before the question whether to roll back: whom it is for may have looked away.
      if (failure.exit !== 'interrupted') await this.notify(context, [plan.name], startedAt, failure.happened)
      const told = await this.rescued(rotation, failure, onFailure)
      this.#known = result(nextCommand(told.next))
      throw told
    } finally {
      await rotation.release()
    }

    this.#progress.stop()
    const end = endOf(rotation)
    const done = result(next ?? end?.next ?? null)
    await this.notify(context, [plan.name], startedAt, done.status)
    this.print(styles => summary(done, end, process.stdout.columns ?? 80, styles))
    return done
  }

  /** Whoever has looked away meanwhile is told on the desktop. */
  protected async notify({clock}: Context, names: readonly string[], startedAt: number, ended: string): Promise<void> {
    const took = (clock.now() - startedAt) / 1000
    if (!this.isInteractive || this.jsonEnabled() || took < NOTIFY_SECONDS) return
    const {notifyDesktop} = await import('../system/desktop.js')
    notifyDesktop(this.filter.clean(`${names.join(', ')}: ${ended}`), process.env)
  }

  /** Reads, and asks what only a person can say: which of several authorizations is meant, which of several values it is. */
  protected async asking<T>(outgoing: Named, read: (outgoing: Named, ask: AskWhich) => Promise<T>): Promise<T> {
    const canAsk = this.isInteractive && !this.jsonEnabled()
    const ask: AskWhich = async (...question) => {
      ux.action.stop()
      return whichToken(...question)
    }

    const work = (named: Named) => this.#reading(() => read(named, canAsk ? ask : null))
    try {
      return await work(outgoing)
    } catch (error) {
      if (!(error instanceof AmbiguousOutgoing)) throw error
      if (!canAsk) throw error.with({next: error.candidates.map(({id}) => `heroku ${this.id} ${id}`)})
      const choices = error.candidates.map(({createdAt, description, id}) => ({name: `${description}  ${id}, made ${createdAt}`, value: id}))
      return work({id: await choose('Which authorization is to be replaced?', choices)})
    }
  }

  protected async plan(context: Context, request: Request, look?: FirstLook): Promise<Planned> {
    const {looking} = request
    try {
      return await this.asking(request.outgoing, (outgoing, ask) => makePlan(context, {...request, looking: {...looking, ask}, outgoing}, look))
    } catch (error) {
      if (!(error instanceof FoundStragglers)) throw error
      const typed = (isWritable: boolean) => including(this.id ?? '', this.argv, error.stragglers.map(one => ({...one, isWritable: one.isWritable && isWritable})))
      // A file may name the app already, with other keys: it is added to.
      const file = fileIn(this.argv)
      const {description, id} = request.outgoing
      const written = `heroku authorizations:rotate:discover ${id ?? `--description ${description}`} --write ${file}`
      throw error.with({next: [file === null ? typed(true) : written, typed(false)]})
    }
  }

  /** Seconds of silence look like a hang. */
  async #reading<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isInteractive || this.jsonEnabled()) return work()
    ux.action.start('Reading what holds the token')
    try {
      return await work()
    } finally {
      ux.action.stop()
    }
  }

  /** Rolled back where that was asked for, beforehand or now. */
  protected async rescued(rotation: Rotation, error: RotationError, onFailure: OnFailure): Promise<RotationError> {
    if (!canRescue(rotation, error) || onFailure === 'stay') return error
    if (onFailure === 'ask') {
      if (!this.isInteractive || this.jsonEnabled()) return error
      this.#progress.pause()
      process.stderr.write(errorText(error.with({next: []}), process.stderr.columns ?? 80, this.styles.stderr))
      if (!(await agrees('Roll back now?'))) return error
    }

    return rescue(rotation, error)
  }

  #told(error: unknown): RotationError {
    // oclif's own: an unknown flag, a value that is not a number.
    if (!this.parsed && error instanceof CLIError && !(error instanceof RotationError)) {
      const said = error.message.replace(/\nSee more help with --help$/, '').replace(/^Parsing (--[\w-]+)\s+/, '$1: ')
      return usage('ROTATE_USAGE', said.replaceAll(/\s*\n\s*/g, ' '), `heroku ${this.id} --help`)
    }

    const told = this.#inFull(toRotationError(error))
    if (told.now !== undefined || this.#isOpen) return told
    return told.with({now: 'Nothing was changed.', ...(told.exit === 'interrupted' ? {next: 'Run the command again.'} : {})})
  }

  /** A flag alone cannot be typed. */
  #inFull(told: RotationError): RotationError {
    if (!told.next.some(line => line.startsWith('--'))) return told
    return told.with({next: told.next.map(line => (line.startsWith('--') ? withFlag(this.id ?? '', this.argv, line) : line))})
  }
}

/** What is left for the person to do once it has ended, in any way of running. */
export const endOf = ({context, plan, state}: Rotation) => sessionEnd(plan, state, context.session) ?? inPlaceEnd(plan, state)
