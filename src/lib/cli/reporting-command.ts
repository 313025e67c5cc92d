import {appendFile} from 'node:fs/promises'
import type {RotationError} from '../errors.js'
import type {ProgressEvent} from '../ports.js'
import {annotation} from '../output/github/annotation.js'
import {type Document, rotationsIn, stepSummary} from '../output/github/step-summary.js'
import {realClock} from '../system/clock.js'
import {shown, visible, visibleJson, visibleLines} from '../text/shown.js'
import {hasEvents, isForGitHub} from './flags/output.js'
import {RotationCommand} from './rotation-command.js'
import {fileIn} from './suggestion.js'

/** GitHub shows no more of one step. */
const MOST_ANNOTATIONS = 10

/** Tells machines how a rotation goes: events as JSON lines, annotations and a summary for GitHub Actions. */
export abstract class ReportingCommand extends RotationCommand {
  #document: Document | null = null
  #failure: null | RotationError = null

  override jsonEnabled(): boolean {
    return super.jsonEnabled() || hasEvents(this.argv)
  }

  override logJson(json: unknown): void {
    if (hasEvents(this.argv)) this.#line({result: json, type: 'result'})
    else super.logJson(json)
  }

  override async finally(error: Error | undefined): Promise<void> {
    await super.finally(error)
    if (isForGitHub(this.argv)) await this.#tellGitHub()
  }

  /** Keeps the document for the summary, whether the command fails or not. */
  protected ended<T extends Document>(document: T): T {
    this.#document = document
    return document
  }

  protected override onEvent(event: ProgressEvent): void {
    if (hasEvents(this.argv)) this.#line(event)
    if (event.type === 'warning' && isForGitHub(this.argv)) process.stderr.write(annotation('warning', shown(event).text))
  }

  protected override onFailure(failure: RotationError): void {
    this.#failure = failure
  }

  #line(event: object): void {
    process.stdout.write(`${visibleJson(JSON.stringify({...event, time: new Date(realClock().now()).toISOString()}))}\n`)
  }

  /** Annotations go to stderr, which the runner reads too, so that `--json` stays one document. */
  async #tellGitHub(): Promise<void> {
    for (const text of rotationsIn(this.#document).flatMap(({warnings}) => warnings)) process.stderr.write(annotation('warning', visible(text)))
    if (this.#failure) {
      const {code: title, message, places} = this.#failure
      const file = fileIn(this.argv)
      for (const place of places.slice(0, MOST_ANNOTATIONS)) process.stderr.write(annotation('error', place.message, {file: place.file, line: String(place.line), col: String(place.column), title}))
      if (places.length === 0) process.stderr.write(annotation('error', visibleLines(message), {...(file === null ? {} : {file}), title}))
    }

    const {GITHUB_STEP_SUMMARY: path} = process.env
    if (!path) return
    try {
      await appendFile(path, this.filter.clean(stepSummary(this.#document, this.#failure)))
    } catch {
      process.stderr.write(annotation('warning', 'The summary of the run could not be written to GITHUB_STEP_SUMMARY.'))
    }
  }
}
