import type {Clock} from '../clock/clock.js'

export const applications = ['actions', 'codespaces', 'dependabot'] as const
export type Application = (typeof applications)[number]
export type Visibility = 'all' | 'private' | 'selected'

type SecretSpec = {
  ageDays?: number
  /** Only of a repository's Actions. */
  environment?: string
  /** Default actions. */
  in?: Application
  name: string
  value: string
}

export type WorkflowSpec = {
  conclusion?: 'cancelled' | 'failure' | 'success'
  /** Without it the workflow has no workflow_dispatch trigger. */
  dispatch?: boolean
  disabled?: boolean
  file: string
  /** How long a new run is in no list. */
  listedAfterMs?: number
  queuedMs?: number
  runMs?: number
}

export type RepositorySpec = {
  archived?: boolean
  branches?: string[]
  defaultBranch?: string
  environments?: string[]
  /** owner/name */
  name: string
  secrets?: SecretSpec[]
  workflows?: WorkflowSpec[]
}

export type OrganizationSpec = {
  name: string
  secrets?: (Omit<SecretSpec, 'environment'> & {
    /** Names without the owner, where the visibility is selected. */
    repositories?: string[]
    visibility: Visibility
  })[]
}

/** What the login of gh is allowed; may be changed while the sandbox runs. */
export type Rights = {
  actions: 'none' | 'read' | 'write'
  loggedIn: boolean
  secrets: 'none' | 'read' | 'write'
}

export type GitHubOptions = {
  clock?: Clock
  organizations?: OrganizationSpec[]
  repositories?: RepositorySpec[]
}
