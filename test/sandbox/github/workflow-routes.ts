import type {Repository} from './hub.js'
import type {WorkflowSpec} from './options.js'

import {GitHubError, notAllowed, notFound} from './github-error.js'
import {type Call, isoTime, jsonBody, page, type Reply, type Route} from './route.js'
import {type Run, statusOf} from './runs.js'

const repo = '/repos/:owner/:repo'

export const workflowRoutes: readonly Route[] = [
  {
    handle(call) {
      const {spec} = repositoryOf(call, 'read')
      const {workflows = []} = spec
      const {headers, items} = page(workflows, call)
      return {body: {total_count: workflows.length, workflows: items.map(workflow => workflowBody(workflow, spec))}, headers}
    },
    method: 'GET',
    path: `${repo}/actions/workflows`,
  },
  {
    handle(call) {
      const {spec, workflow} = workflowOf(call)
      return {body: workflowBody(workflow, spec)}
    },
    method: 'GET',
    path: `${repo}/actions/workflows/:workflow`,
  },
  {handle: dispatch, method: 'POST', path: `${repo}/actions/workflows/:workflow/dispatches`},
  {
    handle(call) {
      const {workflow} = workflowOf(call)
      return runList(call, ({file}) => file === workflow.file)
    },
    method: 'GET',
    path: `${repo}/actions/workflows/:workflow/runs`,
  },
  {handle: call => runList(call, () => true), method: 'GET', path: `${repo}/actions/runs`},
  {
    handle(call) {
      const {runs, spec} = repositoryOf(call, 'read')
      const run = runs.all.find(({id}) => String(id) === call.param('id'))
      if (!run) throw notFound()
      return {body: runBody(run, spec, call.hub.now)}
    },
    method: 'GET',
    path: `${repo}/actions/runs/:id`,
  },
  {
    handle(call) {
      const {spec} = repositoryOf(call, 'read')
      const workflow = spec.workflows?.find(({file}) => file === call.param('file'))
      const ref = call.query.get('ref')
      if (!workflow || (ref !== null && !branchesOf(spec).includes(ref))) throw notFound()
      return {text: `on:\n  push:\n${workflow.dispatch ? '  workflow_dispatch:\n' : '  # no workflow_dispatch\n'}`}
    },
    method: 'GET',
    path: `${repo}/contents/.github/workflows/:file`,
  },
]

function dispatch(call: Call): Reply {
  const {spec, workflow} = workflowOf(call, 'write')
  const {inputs = {}, ref, return_run_details: detailed} = jsonBody(call.request)
  if (workflow.disabled) throw new GitHubError(422, 'Cannot trigger a \'workflow_dispatch\' on a disabled workflow')
  if (!workflow.dispatch) throw new GitHubError(422, 'Workflow does not have \'workflow_dispatch\' trigger')
  if (typeof ref !== 'string' || !branchesOf(spec).includes(ref)) throw new GitHubError(422, `No ref found for: ${String(ref)}`)
  if (typeof inputs !== 'object') throw new GitHubError(422, 'Invalid inputs')
  const run = call.hub.startRun(spec.name, workflow.file, {branch: ref, event: 'workflow_dispatch', inputs: {...inputs}})
  if (detailed !== true) return {status: 204}
  const url = `repos/${spec.name}/actions/runs/${run.id}`
  return {body: {html_url: htmlUrl(run, spec), run_url: `https://api.github.com/${url}`, workflow_run_id: run.id}}
}

function runList(call: Call, isAsked: (run: Run) => boolean): Reply {
  const {runs, spec} = repositoryOf(call, 'read')
  const {now} = call.hub
  const [status, event, branch] = ['status', 'event', 'branch'].map(name => call.query.get(name))
  const found = runs.listed(now).filter(run =>
    isAsked(run)
    && (!status || status === statusOf(run, now) || status === run.conclusion)
    && (!event || event === run.event)
    && (!branch || branch === run.branch))
  const {headers, items} = page(found, call)
  return {body: {total_count: found.length, workflow_runs: items.map(run => runBody(run, spec, now))}, headers}
}

function runBody(run: Run, spec: Repository['spec'], now: number): Record<string, unknown> {
  const status = statusOf(run, now)
  const workflow = spec.workflows?.find(({file}) => file === run.file)
  return {
    conclusion: status === 'completed' ? run.conclusion : null,
    created_at: isoTime(run.createdAt),
    event: run.event,
    head_branch: run.branch,
    head_commit: {message: 'a commit'},
    html_url: htmlUrl(run, spec),
    id: run.id,
    jobs_url: `https://api.github.com/repos/${spec.name}/actions/runs/${run.id}/jobs`,
    name: run.file,
    path: `.github/workflows/${run.file}`,
    run_attempt: 1,
    run_started_at: isoTime(run.createdAt),
    status,
    updated_at: isoTime(Math.min(now, run.endsAt)),
    url: `https://api.github.com/repos/${spec.name}/actions/runs/${run.id}`,
    workflow_id: workflow ? idOf(workflow, spec) : 0,
  }
}

function workflowBody(workflow: WorkflowSpec, spec: Repository['spec']): Record<string, unknown> {
  return {
    id: idOf(workflow, spec),
    name: workflow.file,
    path: `.github/workflows/${workflow.file}`,
    state: workflow.disabled ? 'disabled_manually' : 'active',
  }
}

function workflowOf(call: Call, needed: 'read' | 'write' = 'read'): {spec: Repository['spec']; workflow: WorkflowSpec} {
  const {spec} = repositoryOf(call, needed)
  const asked = call.param('workflow')
  const workflow = spec.workflows?.find(one => one.file === asked || String(idOf(one, spec)) === asked)
  if (!workflow) throw notFound()
  return {spec, workflow}
}

function repositoryOf({hub, param}: Call, needed: 'read' | 'write'): Repository {
  const repository = hub.repository(`${param('owner')}/${param('repo')}`)
  const {actions} = hub.rights
  if (actions === 'none' || (needed === 'write' && actions === 'read')) throw notAllowed()
  return repository
}

const branchesOf = ({branches = [], defaultBranch = 'main'}: Repository['spec']) => [defaultBranch, ...branches]

const htmlUrl = ({id}: Run, {name}: Repository['spec']) => `https://github.com/${name}/actions/runs/${id}`

const idOf = (workflow: WorkflowSpec, {workflows = []}: Repository['spec']) => 700 + workflows.indexOf(workflow)
