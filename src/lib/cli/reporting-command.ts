import {appendFile} from 'node:fs/promises'
import type {ProgressEvent} from '../ports.js'
import {annotation} from '../output/github/annotation.js'
import {rotationsIn, stepSummary} from '../output/github/step-summary.js'
import {realClock} from '../system/clock.js'
import {shown, visible, visibleJson, visibleLines} from '../text/shown.js'
import {hasEvents, isForGitHub} from './flags/output.js'
import {RotationCommand} from './rotation-command.js'
import {fileIn} from './suggestion.js'

/** GitHub shows no more of one step. */
const MOST_ANNOTATIONS = 10

/** Tells machines how a rotation goes: events as JSON lines, annotations and a summary for GitHub Actions. */
export abstract class ReportingCommand extends RotationCommand {
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

  protected override onEvent(event: ProgressEvent): void {
    if (hasEvents(this.argv)) this.#line(event)
    if (event.type === 'warning' && isForGitHub(this.argv)) process.stderr.write(annotation('warning', shown(event).text))
  }

  #line(event: object): void {
    process.stdout.write(`${visibleJson(JSON.stringify({...event, time: new Date(realClock().now()).toISOString()}))}\n`)
  }

  /** Annotations go to stderr, which the runner reads too, so that `--json` stays one document. */
  async #tellGitHub(): Promise<void> {
    for (const text of rotationsIn(this.known).flatMap(({warnings}) => warnings)) process.stderr.write(annotation('warning', visible(text)))
    if (this.failure) {
      const {code: title, message, places} = this.failure
      const file = fileIn(this.argv)
      for (const place of places.slice(0, MOST_ANNOTATIONS)) process.stderr.write(annotation('error', place.message, {file: place.file, line: String(place.line), col: String(place.column), title}))
      if (places.length === 0) process.stderr.write(annotation('error', visibleLines(message), {...(file === null ? {} : {file}), title}))
    }

    const {GITHUB_STEP_SUMMARY: path} = process.env
    if (!path) return
    try {
      await appendFile(path, this.filter.clean(stepSummary(this.known, this.failure)))
    } catch {
      process.stderr.write(annotation('warning', 'The summary of the run could not be written to GITHUB_STEP_SUMMARY.'))
    }
  }
}
