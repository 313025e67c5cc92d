import {Command} from '@heroku-cli/command'
import {CLIError} from '@oclif/core/errors'
import {ux} from '@oclif/core/ux'
import type {Address} from '../consumers/registry.js'
import type {Context} from '../context.js'
import type {Named} from '../credentials/outgoing.js'
import type {AskWhich} from '../inventory/outgoing-token.js'
import type {Document} from '../output/github/step-summary.js'
import type {ProgressEvent} from '../ports.js'
import {nextCommand, refused, RotationError, todo} from '../errors.js'
import {errorText} from '../output/error-text.js'
import {namedEvent, nameOf, type Names, namesOf} from '../output/names.js'
import {progressOn} from '../output/progress/progress-on.js'
import {type Progress, silentProgress} from '../output/progress/progress.js'
import {type Styles, stylesFor} from '../output/styles.js'
import {toRotationError} from '../rotation/report/explain.js'
import {Filter} from '../secrecy/filter.js'
import {type Interrupts, interrupts} from '../system/interrupts.js'
import {shown, visibleBetweenStyles, visibleJson, visibleLines} from '../text/shown.js'
import {heightOf, proseWidth, wrapped} from '../text/width.js'
import {headersOf, makeContext, trustStoreOf} from './composition.js'
import {doneTasks} from './flags/done.js'
import {refuseUnfit} from './flags/unfit.js'
import {fileFor, type FileGiven, type Found} from './found-file.js'
import {agrees, operator} from './operator.js'
import {typeable} from './suggestion.js'
import {guarded, type Unfiltered, unseen} from './telling/guarded.js'
import {asking, reading} from './telling/reading.js'
import {Told} from './telling/told.js'
import {usageFailure} from './telling/usage.js'

const NOTIFY_SECONDS = 20
/** Of the documents of `--json`: json.schema.json describes this version, which grows where a field goes or changes. */
const JSON_VERSION = 1
const say = (text: string) => {
  process.stderr.write(text)
}

export type Answers = {actor?: string | undefined; confirm?: string | undefined; done?: readonly string[] | undefined}

/** The base of every command: context, `--json`, exit codes, and streams that let no secret out. */
export abstract class RotationCommand extends Command {
  static override enableJsonFlag = true
  // The CLI's own --prompt asks for every flag there is, with yes as the first answer to each, --in-place too.
  static override promptFlagActive = false

  protected readonly filter = new Filter()
  #interrupts: Interrupts | null = null
  #isOpen = false
  #noted = ''
  protected failure: null | RotationError = null
  protected found: Found | null = null
  protected known: Document | null = null
  protected names: Names = new Map()
  protected progress: Progress = silentProgress
  #unfiltered: null | Unfiltered = null

  protected get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true
  }

  /** Also false with `--json`, which prints one document and nothing else. */
  protected get canAsk(): boolean {
    return this.isInteractive && !this.jsonEnabled()
  }

  /** `--prompt`: asks for what could be said, not only for what has to be. */
  protected get asksMore(): boolean {
    return this.argv.includes('--prompt')
  }

  protected get screen(): {columns: number; styles: Styles} {
    return {columns: process.stderr.columns ?? 80, styles: stylesFor('stderr', process.env)}
  }

  /** Names consumers as people know them, in progress and errors. */
  protected knowNames(consumers: readonly {address: Address}[]): void {
    this.names = new Map([...this.names, ...namesOf(consumers)])
  }

  // The filter stays until the process ends: an error is printed after the command has ended.
  override async init(): Promise<void> {
    this.#unfiltered = guarded(this.filter)
    for (const [index, word] of this.argv.entries()) refuseUnfit(word, this.argv[index - 1])
    // Checked first: the CLI's own client parses HEROKU_HEADERS too, and says only that something is not JSON.
    headersOf(process.env)
    if (this.asksMore && !this.canAsk) throw refused('ROTATE_TERMINAL', '--prompt asks questions, and there is no terminal to ask on.', todo('Leave out --prompt.'), 'usage')
    await unseen(() => super.init())
  }

  override async catch(error: unknown): Promise<void> {
    this.progress.stop()
    const failure = this.#failureOf(error)
    this.failure = failure
    process.exitCode = failure.exitCode
    if (this.jsonEnabled()) return this.logJson(this.toErrorJson(failure))

    // oclif would wrap the commands that are there to be copied.
    process.stderr.write(errorText(failure, this.screen.columns, this.screen.styles, this.names))
    throw new Told(failure)
  }

  override async finally(error: Error | undefined): Promise<void> {
    this.progress.stop()
    this.#interrupts?.release()
    await super.finally(error)
  }

  override toErrorJson(error: unknown) {
    const failure = this.#failureOf(error)
    const {code, next, places, summary} = failure
    return {error: {code, message: this.filter.clean(summary), next: nextCommand(failure), ...(places.length > 0 ? {places} : {}), steps: [...next]}, version: JSON_VERSION, ...this.known}
  }

  override toSuccessJson(result: unknown): unknown {
    return typeof result === 'object' && result !== null ? {version: JSON_VERSION, ...result} : result
  }

  /** For what is told to machines beside the progress. */
  protected onEvent(_event: ProgressEvent): void {}

  protected async makeContext({actor, done = []}: Answers = {}): Promise<Context> {
    this.#interrupts = interrupts(process, () => this.progress.report({text: 'interrupted: letting calls in flight end (press again to exit at once)', type: 'note'}))
    const context = await makeContext({
      config: this.config,
      env: process.env,
      filter: this.filter,
      heroku: this.heroku,
      person: operator({
        actor: async () => actor ?? (await context.api.account()).email,
        ask: agrees,
        isInteractive: this.canAsk,
        onScreen: work => this.onScreen(work),
        saidDone: doneTasks(done),
        tell: say,
      }),
      onScreen: work => this.onScreen(work),
      report: event => this.#report(event),
      say,
      signal: this.#interrupts.signal,
    })
    return context
  }

  /** Uses the rotation file that nobody has named, where it names that credential; null is for what takes every credential. */
  protected async withFile<T extends FileGiven>(given: T, description: null | string): Promise<T & {fileText?: string}> {
    const {found, said} = await fileFor(given, description, process.env, await this.trustStore())
    if (said !== null) say(visibleLines(`${said}\n`))
    if (!found) return given
    this.argv = [...this.argv, '--file', found.path]
    this.found = found
    return {...given, file: found.path, fileText: found.text}
  }

  protected trustStore() {
    return trustStoreOf(this.config, this.heroku, this.filter)
  }

  /** Writes past the filter, for the one command whose result is the token. */
  protected writeUnfiltered(text: string, stream: 'stderr' | 'stdout' = 'stdout'): void {
    this.#unfiltered?.[stream](text)
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${visibleJson(JSON.stringify(json, null, 2))}\n`)
  }

  /** Keeps the document of the command, whether the command fails or not: `--json` prints it beside a failure, and GitHub is told of it. */
  protected knowing<T extends Document>(document: T): T {
    this.known = document
    return document
  }

  protected print(text: (styles: Styles) => string): void {
    if (!this.jsonEnabled()) process.stdout.write(visibleBetweenStyles(text(stylesFor('stdout', process.env))))
  }

  /** Breaks what a person reads on a terminal; a pipe gets its lines whole. */
  protected wrapped(text: string): string {
    return wrapped(text, proseWidth(process.stdout.columns ?? Number.POSITIVE_INFINITY))
  }

  /** Shows what somebody is asked to agree to. An argument may be long enough to push the rest of it off the screen; `again` is said once more then. */
  protected present(text: string, again = ''): void {
    const {columns, styles} = this.screen
    process.stderr.write(`${text}\n`)
    const height = heightOf(text.trimEnd(), columns)
    if (height > (process.stderr.rows ?? height)) process.stderr.write(`${styles.warn(`These are ${height} lines, more than your screen has. Scroll up to read all of them.`)}\n${again}\n`)
  }

  protected tell(text: string): void {
    if (this.canAsk) process.stderr.write(`${wrapped(visibleBetweenStyles(text), this.screen.columns)}\n`)
  }

  /** Marks that something may have changed: a failure no longer says that nothing was changed. */
  protected opened(): void {
    this.#isOpen = true
    this.startProgress()
  }

  protected startProgress(): void {
    if (this.jsonEnabled() || this.progress !== silentProgress) return
    const env = this.argv.includes('--no-progress') ? {...process.env, HEROKU_ROTATE_PROGRESS: 'plain'} : process.env
    this.progress = progressOn(process.stderr, env, this.screen.styles, id => nameOf(id, this.names))
  }

  /** Leaves the screen to a question until it is answered: neither the progress nor a spinner draws over it. */
  protected async onScreen<T>(work: () => Promise<T>): Promise<T> {
    const goOn = this.progress.pause()
    try {
      return await ux.action.pauseAsync(work)
    } finally {
      goOn()
    }
  }

  #report(raw: ProgressEvent): void {
    this.onEvent(raw)
    const event = namedEvent(shown(raw), this.names)
    if (this.progress !== silentProgress) this.progress.report(event)
    else if (!this.jsonEnabled() && 'text' in event && event.text !== '' && event.text !== this.#noted) process.stderr.write(`${this.#noted = event.text}\n`)
  }

  protected async notify({clock}: Context, name: string, startedAt: number, ended: string): Promise<void> {
    if (!this.canAsk || (clock.now() - startedAt) / 1000 < NOTIFY_SECONDS) return
    const {notifyDesktop} = await import('../system/desktop.js')
    notifyDesktop(this.filter.clean(`${name}: ${ended}`), process.env)
  }

  protected asking<T>(outgoing: Named, read: (outgoing: Named, ask: AskWhich) => Promise<T>): Promise<T> {
    return asking(this.canAsk, {argv: this.argv, id: this.id ?? ''}, outgoing, read)
  }

  protected reading<T>(what: string, work: () => Promise<T>): Promise<T> {
    return reading(this.canAsk, what, work)
  }

  #failureOf(error: unknown): RotationError {
    const isUsage = !this.parsed && error instanceof CLIError && !(error instanceof RotationError)
    const failure = isUsage ? usageFailure(error, this.argv, this.ctor) : toRotationError(error)
    const isUntouched = failure.now === undefined && !this.#isOpen
    return failure.with({
      next: isUntouched && failure.exit === 'interrupted'
        ? todo('Run the command again.')
        : failure.steps.map(step => typeable(this.id ?? '', this.argv, step)),
      ...(isUntouched ? {now: 'Nothing was changed.'} : {}),
    })
  }
}
