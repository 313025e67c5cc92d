import {readlink, realpath} from 'node:fs/promises'
import {isAbsolute, join, parse, relative} from 'node:path'
import {typed} from '../text/shell-quote.js'

/** One thing that a rotation does besides calling Heroku and writing GitHub secrets. `does` is a verb, such as `write`. */
export type Reach = {does: string} & (
  | {command: readonly string[]; env: readonly string[]}
  | {environment: string; project: string}
  | {inputs: Readonly<Record<string, string>>; ref: null | string; repository: string; workflow: string}
  | {instructions: string}
  | {path: string}
  | {url: string}
)

/** A reach, and the consumer, probe or receiver that has it. */
export type Reaches = {by: string; reach: Reach}

/** Whether somebody has to trust the file first that says so. A file below `folder` needs no trust, unless version control keeps it for itself; null for no such folder. */
export async function needsTrust(reach: Reach, folder: null | string): Promise<boolean> {
  if ('path' in reach) return folder === null || !(await isBelow(reach.path, folder))
  return !isPlain(reach)
}

/** Whether it asks a person, or uses the operator's own login for what the plan names in full. Inputs and branches may have a workflow do anything. */
export function isPlain(reach: Reach): boolean {
  return 'instructions' in reach || 'project' in reach || ('workflow' in reach && reach.ref === null && Object.keys(reach.inputs).length === 0)
}

export function reachText({reach}: Reaches): string {
  if ('command' in reach) return `${reach.does}: ${typed(...reach.command)}${reach.env.length > 0 ? ` (is given ${reach.env.join(', ')})` : ''}`
  if ('instructions' in reach) return `${reach.does}: ${reach.instructions}`
  if ('project' in reach) return `${reach.does}: project ${reach.project}, environment ${reach.environment}`
  if ('workflow' in reach) return `${reach.does}: ${reach.workflow} of ${reach.repository}${workflowDetail(reach)}`
  return `${reach.does}: ${'path' in reach ? reach.path : reach.url}`
}

function workflowDetail({inputs, ref}: {inputs: Readonly<Record<string, string>>; ref: null | string}): string {
  const given = Object.entries(inputs).map(([name, value]) => typed(`${name}=${value}`))
  return `${ref === null ? '' : ` at ${ref}`}${given.length > 0 ? ` with ${given.join(', ')}` : ''}`
}

/** Version control runs hooks and settings that stand there, and no pull request shows them. */
const VERSION_CONTROL = /(?:^|[/\\])\.(?:git|hg|jj|svn)(?:[/\\]|$)/i
/** As many as Linux follows. */
const MOST_LINKS = 40

/** Follows links, because a link below the folder may lead out of it. */
async function isBelow(path: string, folder: string): Promise<boolean> {
  const [real, root] = await Promise.all([resolved(path), resolved(folder)])
  if (real === null || root === null || [path, real].some(one => VERSION_CONTROL.test(one))) return false
  const way = relative(root, real)
  return way !== '' && !way.startsWith('..') && !/^(?:[A-Za-z]:)?[/\\]/.test(way)
}

/** A file that does not exist yet is where its directory is, and one behind a link is where the link leads. Null for links without an end. */
async function resolved(path: string): Promise<null | string> {
  try {
    return await realpath(path)
  } catch {
    return walked(path)
  }
}

/** Name after name, as the system goes: `..` behind a link leads to the directory above the target. */
async function walked(path: string): Promise<null | string> {
  const names = namesIn(path)
  let at = parse(path).root
  for (let links = 0; names.length > 0;) {
    const next = join(at, names.shift() ?? '')
    const target = await readlink(next).catch(() => null)
    if (target === null) {
      at = next
      continue
    }

    links++
    if (links > MOST_LINKS) return null
    if (isAbsolute(target)) at = parse(target).root
    names.unshift(...namesIn(target))
  }

  return at
}

const namesIn = (path: string): string[] => path.slice(parse(path).root.length).split(process.platform === 'win32' ? /[/\\]/ : '/').filter(name => name !== '')
