import {type Paths, pathsBelow} from '../../src/lib/journal/paths.js'

type File = {holds: string; kept: string}

const JOURNAL = [
  'the journal: the plan, and each phase and consumer as it went; email, app names, keys and authorization IDs, no token. Each line is signed with a key from the session:',
  'a journal of another session is shown and asked about (`--confirm NAME` where nobody can be asked), and nothing that it names is run',
].join(' ')

/** Every path that the plugin has, except the directories that others are in. */
const files: Record<Exclude<keyof Paths, 'locks' | 'root' | 'rotations'>, File> = {
  auditHead: {holds: 'how many lines the audit log has, and the hash of the last', kept: 'kept'},
  auditLog: {holds: 'one line for each rotation that ended: who, which authorizations, which consumers, the proof, SHA-256 fingerprints of the tokens', kept: 'kept'},
  journal: {holds: JOURNAL, kept: 'kept'},
  lock: {holds: 'who rotates a token: user, host, process, since when', kept: 'the newest is kept, marked as released'},
  sealed: {holds: 'the two tokens, and what the named config vars held before, encrypted', kept: 'overwritten and removed when the rotation ends'},
  trust: {holds: 'rotation files that are trusted: path, time and a hash of path and content', kept: 'kept'},
}

const examples: Paths = pathsBelow('')
const shownPath = (name: keyof typeof files) => {
  const path = name === 'journal' || name === 'sealed' ? examples[name]('ID') : name === 'lock' ? examples.lock('', 0).replace(/[^/\\]+$/, 'HASH.N') : examples[name]
  return path.replaceAll('\\', '/').replace('authorizations-rotate/', '')
}

const order = ['journal', 'sealed', 'lock', 'trust', 'auditHead', 'auditLog'] as const satisfies readonly (keyof typeof files)[]

export function filesPage(): string {
  return [
    '# Files',
    '',
    '<!-- made by npm run docs -->',
    '',
    `Below \`${examples.root}\` in the CLI's data directory (\`~/.local/share/heroku\` on Linux and macOS, \`%LOCALAPPDATA%\\heroku\` on Windows):`,
    '',
    '| file | holds | how long |',
    '|---|---|---|',
    ...order.map(name => `| \`${shownPath(name)}\` | ${files[name].holds} | ${files[name].kept} |`),
    '',
    'Files have mode 0600, directories 0700. The sealed file is encrypted with AES-256-GCM; its key is derived from the session token and kept nowhere. Without the session the',
    'file is worthless; whoever has the session can read the same config vars from Heroku. Each line of the journal carries a checksum over itself and the line before; each line of',
    'the audit log the hash of the line before.',
    '',
    'Everything the plugin writes to stdout and stderr passes a filter that replaces the tokens it knows with `[secret]`.',
    '',
    'In the package: `rotation-file.schema.json` describes the [rotation file](../guide/rotation-file.md) to editors, '
    + '`json.schema.json` what [`--json`](json.md) prints, `dist/sbom.cdx.json` names what is bundled.',
    '',
  ].join('\n')
}
