import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Holding} from '../consumers/adapter.js'
import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import {type Address, addressSchema, consumer} from '../consumers/registry.js'
import {isFailure, RotationError} from '../errors.js'
import {matchesRedacted} from '../heroku/redaction.js'
import {atMost} from '../system/at-most.js'
import {unless} from '../system/system-error.js'
import {readingAll} from './inspect.js'
import {distinct, findOwners, type OwnersWorld} from './owners.js'

const USUAL = [
  '.netrc', '_netrc', '.bash_login', '.bash_profile', '.bashrc', '.profile', '.zlogin', '.zprofile', '.zshenv', '.zshrc', '.cshrc', '.tcshrc', '.xonshrc', '.env', '.envrc',
  '.npmrc', '.pypirc', '.terraformrc', '.docker/config.json', '.terraform.d/credentials.tfrc.json', '.curlrc', '.git-credentials', '.gitconfig', '.config/fish/config.fish',
  '.bash_aliases', '.config/fish/fish_variables', '.config/mise/config.toml', '.tmux.conf',
  // Servers of Heroku's MCP are given a token in their settings.
  '.claude.json', '.codeium/windsurf/mcp_config.json', '.cursor/mcp.json', '.gemini/settings.json',
] as const
const FOLDERS = [
  '.config/environment.d', '.config/fish/conf.d', '.config/git', '.config/heroku', '.config/heroku/accounts', '.config/nushell', '.config/powershell', '.config/zsh',
  '.heroku/accounts', '.oh-my-zsh/custom',
] as const
const MOST_IN_FOLDER = 50
const AT_ONCE = 8

type HomeFile = {
  address: Address
  path: string
  /** Lines that hold the token. */
  places: readonly string[]
}

type World = Omit<OwnersWorld, 'known'> & {
  /** Null where no app has shown it. */
  known: null | Secret
  outgoing: Authorization
}

/** Finds, by value, the usual files of the home directory that hold the token. A file that cannot be read is left out. */
export async function homeFiles(context: Context, world: World): Promise<HomeFile[]> {
  const {home} = context.outside
  const listed = await Promise.all(FOLDERS.map(async folder => (await readdir(join(home, folder)).catch(() => [])).sort().slice(0, MOST_IN_FOLDER).map(name => `${folder}/${name}`)))
  const access = readingAll(context, [])
  const read = await atMost(AT_ONCE, [...USUAL, ...listed.flat()], async name => {
    const inspected = consumer(addressSchema.parse({kind: 'file', path: join(home, name)})).inspect(access)
    return unless(isFailure, [], inspected.then(holding => [{holding, name}]))
  })
  const files = read.flat()
  const token = world.known ?? (await tokenAmong(context, files.flatMap(({holding}) => holding.candidates ?? []).map(candidate => candidate.token), world))
  if (!token) return []
  return files.flatMap(({holding, name}): HomeFile[] => {
    const places = placesIn(holding, token)
    return places.length === 0 ? [] : [{address: addressSchema.parse({kind: 'file', path: `~/${name}`}), path: `~/${name}`, places}]
  })
}

/** A file that does not hold the token refuses it. */
function placesIn(holding: Holding, outgoing: Secret): readonly string[] {
  try {
    return holding.knowing?.({incoming: null, outgoing}).places ?? []
  } catch (error) {
    if (error instanceof RotationError) return []
    throw error
  }
}

async function tokenAmong(context: Context, tokens: readonly Secret[], {account, authorizations, concurrency, outgoing}: World): Promise<null | Secret> {
  const fitting = distinct(tokens).filter(token => matchesRedacted(token, outgoing.token))
  for (const token of fitting) context.filter.add(token)
  const ownerOf = await findOwners(context, fitting, {account, authorizations, concurrency})
  return fitting.find(token => {
    const owner = ownerOf(token)
    return owner.is === 'listed' && owner.authorization.id === outgoing.id
  }) ?? null
}
