import type {Secret} from '../secrecy/secret.js'
import type {Outcome} from './infisical/answers.js'
import {RotationError, todo, toResume} from '../errors.js'
import {poll} from '../heroku/poll.js'
import {typed} from '../text/shell-quote.js'
import {type Access, defineAdapter, evidence, orLeftAsIs, type Values} from './adapter.js'
import {changes, heldBy} from './by-value/held.js'
import {type Address, addressSchema, folderOf, idOf} from './infisical/address.js'
import {InfisicalError} from './infisical/failure.js'
import {folder, foldersNear, restOf} from './infisical/near.js'
import {type Held, Secrets} from './infisical/secrets.js'

const CREATES = 4
/** A replica of the database may answer a read that follows a write. */
const READ_BACK_MS = 10_000

/** A secret of Infisical, over its REST API: the token passes through no file and no argv, and every answer has a version. */
export const infisical = defineAdapter<Address>({
  address: addressSchema,
  asSession({environment, path, project, secret, site}) {
    const plainly = ['--plain', '--silent', '--expand=false']
    const where = ['--projectId', project, '--env', environment, '--path', path, ...(site === undefined ? [] : ['--domain', site])]
    return `export HEROKU_API_KEY="$(${typed('infisical', 'secrets', 'get', secret, ...plainly, ...where)})"`
  },
  id: idOf,
  async inspect(at, access) {
    const secrets = await Secrets.open(at, access)
    const current = await secrets.get()
    await secrets.mustAllowWriting()
    if (current && isReference(current.value)) {
      throw new RotationError('ROTATE_INFISICAL_REFERENCE', `${idOf(at)} is a reference to another secret.`, {
        next: todo('Name that other secret instead: references follow it.'),
      })
    }

    const values = valuesOf(at, current)
    return {dynos: null, remarks: [remarkOn(current)], values, ...heldBy(idOf(at), at, values)}
  },
  keys: ({secret}) => [secret],
  kind: 'infisical',
  label: ({environment, path}) => `Infisical ${environment}${path === '/' ? '' : path}`,
  near: at => [{of: folderOf(at), read: access => folder(at, access)}, {include: '', of: restOf(at), read: access => foldersNear(at, access)}],
  place: folderOf,
  reach: ({environment, project, site}) => [...(site === undefined ? [] : [{does: 'log in and write', url: site}]), {does: 'write', environment, project}],
  async read(at, access) {
    const secrets = await Secrets.open(at, access)
    return valuesOf(at, await secrets.get())
  },
  async stamp(at, access) {
    const secrets = await Secrets.open(at, access)
    return stampOf(await secrets.get())
  },
  async write(at, values, access) {
    const {current, secrets, value} = await orLeftAsIs(access, async () => {
      const opened = await Secrets.open(at, access)
      const found = await opened.get()
      const wanted = changes(valuesOf(at, found), values, access)?.get(at.secret)
      if (wanted) mustBeStorable(at, wanted)
      return {current: found, secrets: opened, value: wanted}
    })
    if (value === undefined) return evidence(false, stampOf(current))
    const outcome = await orLeftAsIs(access, () => change(secrets, current, value), error => error instanceof InfisicalError && !secrets.client.mayHaveChanged)
    if (outcome === 'approval') throw approvalNeeded(at, secrets.client.site)
    return evidence(true, stampOf(await readBack(at, secrets, value, access)))
  },
})

const valuesOf = ({secret}: Address, current: Held | null): Values => new Map([[secret, current?.value ?? null]])

const stampOf = (current: Held | null) => current && `version ${current.version}`

const isReference = (value: Secret) => value.expose(text => text.includes('${'))

function isSame(current: Held | null, value: null | Secret): boolean {
  return value === null ? current === null : value.equals(current?.value)
}

function remarkOn(current: Held | null): string {
  return current
    ? `the old token stays readable in the history (version ${current.version}) and works until it is revoked`
    : 'does not exist yet and will be made; a rollback removes it'
}

function change(secrets: Secrets, current: Held | null, value: null | Secret): Promise<Outcome> {
  if (value === null) return secrets.remove()
  return current ? secrets.update(value) : create(secrets, value)
}

/** A create whose answer was lost may have been done; repeating the create is then refused, so the secret is read first. */
async function create(secrets: Secrets, value: Secret): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await secrets.create(value)
    } catch (error) {
      if (!(error instanceof InfisicalError)) throw error
      const isTaken = error.failure.kind === 'refused' && error.failure.status === 400
      if (!isTaken && !error.mayHaveApplied) throw error
      if (!isTaken) await secrets.client.pause(attempt)
      const current = await secrets.get()
      if (current) return isSame(current, value) ? 'made' : secrets.update(value)
      if (isTaken || attempt >= CREATES) throw error
    }
  }
}

async function readBack(at: Address, secrets: Secrets, value: null | Secret, {clock, signal}: Access): Promise<Held | null> {
  const read = await poll({clock, signal, timeoutMs: READ_BACK_MS}, async () => {
    const current = await secrets.get()
    return isSame(current, value) ? {current} : undefined
  })
  if (read) return read.current
  throw new RotationError('ROTATE_INFISICAL_DIFFERS', `${idOf(at)} accepted the new token but has something else.`, {
    next: [todo(`Look at the versions of ${at.secret} in ${secrets.client.site}: somebody else may have changed it.`), toResume()],
  })
}

/** Refuses a value that Infisical would take for a reference, or trim. */
function mustBeStorable(at: Address, value: Secret): void {
  const isKept = value.expose(text => {
    const cut = text.trim()
    return text === (text.endsWith('\n') ? `${cut}\n` : cut)
  })
  if (isKept && !isReference(value)) return
  throw new RotationError('ROTATE_INFISICAL_VALUE', `${idOf(at)} cannot keep that value as it is: ${isKept ? 'it reads as a reference' : 'it begins or ends with blanks'}.`, {
    next: todo(`Write ${at.secret} by hand.`),
  })
}

function approvalNeeded({environment, path, project, secret}: Address, site: string): RotationError {
  return new RotationError('ROTATE_APPROVAL', `Infisical (${site}) waits for somebody to approve the change of ${secret}.`, {
    next: [
      todo(`Approve the change request of project ${project}, environment ${environment}, path ${path} in ${site}; to go back instead, close it there first.`),
      toResume(),
    ],
  })
}
