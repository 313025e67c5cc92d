import {Command} from '@heroku-cli/command'
import {CLIError} from '@oclif/core/errors'
import {ux} from '@oclif/core/ux'
import wrapAnsi from 'wrap-ansi'

import type {Context} from '../context.js'
import type {AskWhich} from '../inventory/outgoing-token.js'
import type {Progress} from '../output/progress.js'
import type {ProgressEvent} from '../ports.js'

import {AmbiguousOutgoing, type Named} from '../credentials/outgoing.js'
import {nextCommand, RotationError, usage} from '../errors.js'
import {pathsBelow} from '../journal/paths.js'
import {errorText} from '../output/error-text.js'
import {progressOn} from '../output/progress-on.js'
import {silentProgress} from '../output/progress.js'
import {type Styles, stylesFor} from '../output/styles.js'
import {toRotationError} from '../rotation/report/explain.js'
import {Filter} from '../secrecy/filter.js'
import {realDisk} from '../system/disk.js'
import {type Interrupts, interrupts} from '../system/interrupts.js'
import {headersOf, makeContext, temporaryName} from './composition.js'
import {agrees, choose, operator, whichToken} from './operator.js'
import {withFlag} from './suggestion.js'

const NOTIFY_SECONDS = 20

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

  /** False with `--json` too, which prints one document and nothing else. */
  protected get canAsk(): boolean {
    return this.isInteractive && !this.jsonEnabled()
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
        async ask(question) {
          makeWay()
          return agrees(question)
        },
        done,
        isInteractive: this.canAsk,
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
    if (this.canAsk) process.stderr.write(`${wrapAnsi(text, process.stderr.columns ?? 80)}\n`)
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
  protected startProgress(): void {
    if (this.jsonEnabled() || this.#progress !== silentProgress) return
    this.#progress = progressOn(process.stderr, this.styles.stderr)
  }

  /** Puts a question, or anything that owns the screen: the progress makes way. */
  protected onScreen<T>(work: () => T): T {
    this.#progress.pause()
    return work()
  }

  /** Before progress is shown, what takes long is told all the same. */
  #report(event: ProgressEvent): void {
    if (this.#progress !== silentProgress) this.#progress.report(event)
    else if (!this.jsonEnabled() && 'text' in event) process.stderr.write(`${event.text}\n`)
  }

  /** Whoever has looked away meanwhile is told on the desktop. */
  protected async notify({clock}: Context, name: string, startedAt: number, ended: string): Promise<void> {
    const took = (clock.now() - startedAt) / 1000
    if (!this.canAsk || took < NOTIFY_SECONDS) return
    const {notifyDesktop} = await import('../system/desktop.js')
    notifyDesktop(this.filter.clean(`${name}: ${ended}`), process.env)
  }

  /** Reads, and asks what only a person can say: which of several authorizations is meant, which of several values it is. */
  protected async asking<T>(outgoing: Named, read: (outgoing: Named, ask: AskWhich) => Promise<T>): Promise<T> {
    const ask: AskWhich = async (...question) => {
      ux.action.stop()
      return whichToken(...question)
    }

    const work = (named: Named) => this.#reading(() => read(named, this.canAsk ? ask : null))
    try {
      return await work(outgoing)
    } catch (error) {
      if (!(error instanceof AmbiguousOutgoing)) throw error
      if (!this.canAsk) throw error.with({next: error.candidates.map(({id}) => `heroku ${this.id} ${id}`)})
      const choices = error.candidates.map(({createdAt, description, id}) => ({name: `${description}  ${id}, made ${createdAt}`, value: id}))
      return work({id: await choose('Which authorization is to be replaced?', choices)})
    }
  }

  /** Seconds of silence look like a hang. */
  async #reading<T>(work: () => Promise<T>): Promise<T> {
    if (!this.canAsk) return work()
    ux.action.start('Reading what holds the token')
    try {
      return await work()
    } finally {
      ux.action.stop()
    }
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
