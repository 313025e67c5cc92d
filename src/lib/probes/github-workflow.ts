import * as z from 'zod'
import type {Probe, ProbeAccess} from './probe.js'
import {RotationError, todo} from '../errors.js'
import {isPassing, notUnderstood, unlessForbidden} from '../github/gh-error.js'
import {Gh, repositorySchema, understood} from '../github/gh.js'
import {poll} from '../heroku/poll.js'
import {unless} from '../system/system-error.js'
import {LONGEST_WAIT} from '../text/duration.js'
import {typed} from '../text/shell-quote.js'

const WITHIN_SECONDS = 900
const LISTED_WITHIN_MS = 60_000
/** A question is a process of gh and two or three calls of an hourly budget, and a run takes minutes. */
const ASKED_EVERY_MS = 2000
/** GitHub's own machines may differ this much about the time. */
const SKEW_MS = 5000

const addressSchema = z.strictObject({
  inputs: z.record(z.string(), z.string()).optional(),
  kind: z.literal('github-workflow'),
  ref: z.string().regex(/^[\w.][^\s~^:?*[\\]*$/, 'is not the name of a branch or tag').optional(),
  repository: repositorySchema,
  within: z.number().positive().max(LONGEST_WAIT).optional(),
  workflow: z.string().regex(/^\w[\w.-]*\.ya?ml$/, 'is not the file name of a workflow, as in deploy.yml'),
})
type Address = z.output<typeof addressSchema>

const listedSchema = z.array(z.object({created_at: z.iso.datetime({offset: true}), id: z.int()}))
const runSchema = z.object({conclusion: z.string().nullable(), status: z.string(), url: z.url({protocol: /^https?$/})})

/** Dispatches a workflow and follows its run to the end. No input may be a token. */
export const githubWorkflow: Probe<Address> = {
  address: addressSchema,
  async check(at, access) {
    const gh = ghFor(at, access)
    await gh.isReady()
    const {path, state} = await gh.get(z.object({path: z.string(), state: z.string()}), workflowPath(at))
    if (state !== 'active') throw cannotRun(at, 'it is disabled', `gh workflow enable ${at.workflow} --repo ${at.repository}`)
    const text = await source(at, gh, path)
    if (text !== null && !/^[^#]*\bworkflow_dispatch\b/m.test(text)) {
      throw cannotRun(at, 'it has no workflow_dispatch trigger', `Add workflow_dispatch to the triggers of ${at.workflow}.`)
    }
  },
  id: ({repository, workflow}) => `github-workflow:${repository}/${workflow}`,
  kind: 'github-workflow',
  locate: at => at,
  reach: ({inputs = {}, ref = null, repository, workflow}) => [{does: 'start the workflow', inputs, ref, repository, workflow}],
  async run(at, access) {
    const gh = ghFor(at, access)
    const {clock} = access
    const within = at.within ?? WITHIN_SECONDS
    const deadline = clock.now() + within * 1000
    const remaining = () => Math.max(0, deadline - clock.now())

    const ref = at.ref ?? (await gh.get(z.object({default_branch: z.string()}), `repos/${at.repository}`)).default_branch
    const id = await dispatch(at, ref, gh, {...access, timeoutMs: Math.min(LISTED_WITHIN_MS, remaining())})
    access.progress(`run ${id}`)
    let url = `run ${id}`
    const ended = await poll({clock, shortestMs: ASKED_EVERY_MS, signal: access.signal, timeoutMs: remaining()}, async () => {
      const run = await patiently(gh.json(runSchema, ['run', 'view', String(id), '--repo', at.repository, '--json', 'status,conclusion,url']))
      if (!run) return undefined
      url = run.url
      access.progress(`run ${id} ${run.status}`)
      return run.status === 'completed' ? run : undefined
    })
    if (ended?.conclusion === 'success') return `run ${url} success`
    const view = `gh run view ${id} --repo ${at.repository}`
    if (ended) throw failed(`${at.workflow} of ${at.repository} ended with ${ended.conclusion} (${url})`, `${view} --log-failed`)
    throw failed(`${at.workflow} of ${at.repository} had not ended after ${within} seconds (${url})`, view)
  },
}

async function dispatch(at: Address, ref: string, gh: Gh, bounds: {clock: ProbeAccess['clock']; signal: AbortSignal; timeoutMs: number}): Promise<number> {
  const before = await dispatched(at, ref, gh)
  const printed = await gh.text(['workflow', 'run', at.workflow, '--repo', at.repository, '--ref', ref, '--json'], JSON.stringify(at.inputs ?? {}))
  // gh prints the run from 2.87 on; for an older gh, the run is the first that was not listed before.
  const url = /\/runs\/(\d+)/.exec(printed)
  if (url) return Number(url[1])
  const idsBefore = new Set(before.runs.map(({id}) => id))
  const run = await poll({...bounds, shortestMs: ASKED_EVERY_MS}, async () => {
    const listed = await patiently(dispatched(at, ref, gh))
    const fresh = listed?.runs.filter(({created_at: createdAt, id}) => !idsBefore.has(id) && Date.parse(createdAt) >= before.date - SKEW_MS) ?? []
    return fresh.length > 0 ? Math.min(...fresh.map(({id}) => id)) : undefined
  })
  if (run !== null) return run
  throw failed(`GitHub accepted the request to run ${at.workflow} of ${at.repository} but shows no run`, `gh run list --repo ${at.repository} --workflow ${at.workflow}`)
}

/** `date` is the time of the answer, by GitHub's clock. */
async function dispatched(at: Address, ref: string, gh: Gh) {
  const branch = encodeURIComponent(ref.replace(/^refs\/(heads|tags)\//, ''))
  const text = await gh.text([
    'api', '--include', `${workflowPath(at)}/runs?event=workflow_dispatch&branch=${branch}&per_page=50`, '--jq', '[.workflow_runs[] | {created_at, id}]',
  ])
  const parts = /^(?<headers>HTTP.*?)\r?\n\r?\n(?<body>.*)$/s.exec(text)?.groups
  const date = Date.parse(/^date: (.+)$/im.exec(parts?.['headers'] ?? '')?.[1] ?? '')
  if (Number.isNaN(date)) throw notUnderstood()
  return {date, runs: understood(listedSchema, parts?.['body'] ?? '')}
}

/** Null where the login of gh may not read the workflow. */
async function source(at: Address, gh: Gh, path: string): Promise<null | string> {
  const query = at.ref === undefined ? '' : `?ref=${encodeURIComponent(at.ref)}`
  return unlessForbidden(gh.textOf(`repos/${at.repository}/contents/${encodeURI(path)}${query}`, 'application/vnd.github.raw').then(text => {
    if (text !== null || at.ref === undefined) return text
    throw cannotRun(at, `${at.ref} does not exist or does not have it`, typed('gh', 'workflow', 'view', at.workflow, '--repo', at.repository, '--ref', at.ref, '--yaml'))
  }))
}

/** A run goes on while GitHub cannot answer. */
const patiently = <T>(asked: Promise<T>): Promise<T | undefined> => unless(isPassing, undefined, asked)

const workflowPath = ({repository, workflow}: Address) => `repos/${repository}/actions/workflows/${workflow}`

function ghFor({repository, workflow}: Address, access: ProbeAccess): Gh {
  return new Gh(access, {right: `run ${workflow} of ${repository}`, subject: `workflow ${workflow} of ${repository}`})
}

function cannotRun({repository, workflow}: Address, why: string, next: string): RotationError {
  return new RotationError('ROTATE_PROBE', `${workflow} of ${repository} cannot be run: ${why}.`, {exit: 'failed', next: todo(next)})
}

function failed(happened: string, next: string): RotationError {
  return new RotationError('ROTATE_PROBE', `${happened}.`, {next: todo(next)})
}
