import type {WorkflowSpec} from './options.js'

export type RunStatus = 'completed' | 'in_progress' | 'queued'

export type Run = {
  branch: string
  /** The values that the jobs run with: those of the secrets when the run was queued. */
  captured: ReadonlyMap<string, string>
  conclusion: string
  createdAt: number
  endsAt: number
  event: string
  file: string
  id: number
  inputs: Readonly<Record<string, unknown>>
  listedAt: number
  startsAt: number
}

/** The workflow runs of one repository; their state follows from the time. */
export class Runs {
  readonly all: Run[] = []

  add(workflow: WorkflowSpec, made: Pick<Run, 'branch' | 'captured' | 'event' | 'id' | 'inputs'>, now: number): Run {
    const startsAt = now + (workflow.queuedMs ?? 0)
    const run = {
      ...made,
      conclusion: workflow.conclusion ?? 'success',
      createdAt: now,
      endsAt: startsAt + (workflow.runMs ?? 0),
      file: workflow.file,
      listedAt: now + (workflow.listedAfterMs ?? 0),
      startsAt,
    }
    this.all.push(run)
    return run
  }

  /** Newest first. */
  listed(now: number): Run[] {
    return this.all.filter(({listedAt}) => listedAt <= now).reverse()
  }
}

export function statusOf({endsAt, startsAt}: Run, now: number): RunStatus {
  if (now >= endsAt) return 'completed'
  return now >= startsAt ? 'in_progress' : 'queued'
}
