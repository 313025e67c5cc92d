import * as z from 'zod'
import type {Gh} from '../../github/gh.js'
import type {Outside} from '../../ports.js'

const UNENDED = ['in_progress', 'pending', 'queued', 'requested', 'waiting'] as const

const runSchema = z.object({
  id: z.int(),
  path: z.string(),
  /** The latest attempt: a run that starts again reads the secrets again. */
  run_started_at: z.iso.datetime({offset: true}),
})

/** A run reads secrets when it is queued, so runs from before the change hold the earlier value. */
export async function runsFromBefore(gh: Gh, repository: string, changedAt: number, env: Outside['env']): Promise<string[]> {
  const jq = '.workflow_runs[] | {id, path: (.path // ""), run_started_at: (.run_started_at // .created_at)}'
  const listed = await Promise.all(UNENDED.map(status => gh.list(runSchema, `repos/${repository}/actions/runs?status=${status}&per_page=100`, jq)))
  // A run that changes its status meanwhile is listed twice.
  const runs = new Map(listed.flat().map(run => [run.id, run]))
  return [...runs.values()]
    .filter(({id, run_started_at: startedAt}) => Date.parse(startedAt) <= changedAt && !isOurOwn(env, repository, id))
    .map(({id, path}) => `run ${id} of ${repository} (${fileOf(path)})`)
}

/** A rotation inside of a workflow run would wait for its own end. */
function isOurOwn(env: Outside['env'], repository: string, run: number): boolean {
  return env['GITHUB_RUN_ID'] === String(run) && env['GITHUB_REPOSITORY']?.toLowerCase() === repository.toLowerCase()
}

function fileOf(path: string): string {
  return path.split('@')[0]?.split('/').at(-1) ?? path
}
