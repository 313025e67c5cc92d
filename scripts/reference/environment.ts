import {readdirSync, readFileSync} from 'node:fs'

/** The groups as they are told; every variable that src/ reads by its name has to be in one. */
const groups: Record<string, Record<string, string>> = {
  'The plugin': {
    HEROKU_NOTIFICATIONS: '`0`: no notification on the desktop at the end of a long run',
    HEROKU_ROTATE_DEADLINE: 'seconds that one API call may take (default 30)',
    HEROKU_ROTATE_PROGRESS: '`plain` writes the progress line by line, also on a terminal (as `--no-progress`, `CI` and `TERM=dumb` do)',
    HEROKU_ROTATION_FILE: 'the [rotation file](../guide/rotation-file.md#which-file-is-used) where `--file` names none; `--no-file` leaves it out',
    NO_COLOR: 'no colors',
  },
  'The session': {
    HEROKU_API_KEY: 'the session, instead of the one of `heroku login`; it is taken out of the environment before anything is started',
    HEROKU_HEADERS: 'more headers for every call, a JSON object of strings',
    HEROKU_HOST: 'another Platform API than `https://api.heroku.com`: of Heroku\'s own hosts, or `localhost` and `127.0.0.1`, also without https',
  },
  'The network': {
    HTTPS_PROXY: 'a proxy for https, with or without `http://` before it; lower case too',
    HTTP_PROXY: 'a proxy for http',
    NODE_EXTRA_CA_CERTS: 'Node.js\' own: more certificates to trust; needs no proxy',
    NO_PROXY: 'hosts that do without a proxy, read as curl does: `example.com` stands for all below it too, `10.0.0.0/8` for all addresses that begin so',
    SSL_CERT_DIR: 'with a proxy: a directory of certificates to trust',
    SSL_CERT_FILE: 'with a proxy: certificates to trust beside those of Node.js, as the CLI does',
  },
  GitHub: {
    GH_HOST: 'another GitHub than github.com, as `gh` has it',
    GH_TOKEN: 'the login of `gh`, read by `gh` itself',
    GITHUB_REPOSITORY: 'in a workflow: the repository that it runs in, whose own run is not waited for',
    GITHUB_RUN_ID: 'in a workflow: the run itself',
    GITHUB_STEP_SUMMARY: 'in a workflow: the file that `--output github` adds its summary to',
  },
  Infisical: {
    INFISICAL_API_URL: 'the address, where `INFISICAL_DOMAIN` is not set',
    INFISICAL_DOMAIN: 'the address of another Infisical than app.infisical.com',
    INFISICAL_TOKEN: 'an access token of a machine identity, or a service token',
    INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: 'universal auth, with the next',
    INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: 'universal auth',
    INFISICAL_VAULT_FILE_PASSPHRASE: 'handed to the `infisical` CLI, where it needs one to open its own login',
  },
  'The CLI': {
    DEBUG: 'debug output of the CLI; its telemetry gets nothing of these commands then ([why](../explain/security.md#what-the-clis-telemetry-gets))',
    DISABLE_TELEMETRY: '`true`: the CLI\'s telemetry gets nothing',
    HEROKU_DEBUG: 'debug output of the CLI\'s calls; the same of its telemetry',
  },
  'Set by Heroku': {
    DYNO: 'the dyno that the command runs in; its own end is not waited for',
    HEROKU_APP_ID: 'the app that the command runs in ([dyno metadata](https://devcenter.heroku.com/articles/dyno-metadata))',
    HEROKU_APP_NAME: 'the same, its name',
  },
  'Set by the system': {
    CI: 'the progress is written line by line',
    PATH: 'where `gh`, `infisical` and programs of the rotation file are looked for; entries that are no full paths do not count',
    PATHEXT: 'on Windows: the endings of programs',
    TERM: '`dumb`: the progress is written line by line',
  },
}

const source = new URL('../../src/', import.meta.url)

/** Variables that the code reads by their name. */
export function variablesRead(): string[] {
  const files = readdirSync(source, {encoding: 'utf8', recursive: true}).filter(file => file.endsWith('.ts'))
  const named = /\benv(?:\[['"]([A-Z][A-Z_]+)['"]\]|\.([A-Z][A-Z_]+))/g
  const read = files.flatMap(file => [...readFileSync(new URL(file, source), 'utf8').matchAll(named)].map(([, quoted, plain]) => quoted ?? plain ?? ''))
  return [...new Set(read)]
}

export const variablesTold: string[] = Object.values(groups).flatMap(group => Object.keys(group))

export function environmentPage(): string {
  return [
    '# Environment variables',
    '',
    '<!-- made by npm run docs -->',
    '',
    'None of them takes the token that is rotated, unless it is the session itself ([the login is the token](../guide/own-token.md)).',
    ...Object.entries(groups).flatMap(([name, variables]) => {
      const rows = Object.entries(variables).map(([variable, effect]) => `| \`${variable}\` | ${effect} |`)
      return ['', `## ${name}`, '', '| variable | effect |', '|---|---|', ...rows]
    }),
    '',
    'No token shows with any of them.',
    'What programs of a rotation file are given: [command](../consumers/command.md).',
    '',
  ].join('\n')
}
