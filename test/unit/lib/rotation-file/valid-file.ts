import {parseRotationFile} from '../../../../src/lib/rotation-file/rotation-file.js'

export const PATH = 'deploy/rotation.yml'
export const DIRECTORY = '/work/shop/deploy'
export const HOME = '/home/operator'

export const parse = (text: string) => parseRotationFile(text, PATH, `${DIRECTORY}/rotation.yml`, HOME)

/** Every kind of consumer, probe and sink, with paths of each sort. */
export const validFile = `# what is rotated, and where it is held
version: 1
rotations:
  raxx-platform-token:
    every: 90d
    scope: [global]
    expires-in: 7776000
    actor: ops@example.com
    store: {kind: infisical, project: 0a1b, environment: prod, path: /, secret: HEROKU_API_KEY}
    consumers:
      - {kind: heroku-config, app: raxx-api-staging, wave: 0}
      - {kind: heroku-config, app: raxx-api-prod, keys: [HEROKU_API_KEY, HEROKU_PLATFORM_API_TOKEN]}
      - {kind: heroku-config, app: raxx-console-prod}
      - {kind: github-secret, repository: raxx/raxx, secret: HEROKU_API_KEY, in: actions}
      - {kind: file, path: ~/.zshrc, format: shell, key: HEROKU_API_KEY}
      - {kind: file, path: ../.env, format: dotenv}
      - {kind: command, name: vault, write: [vault, kv, put, secret/heroku, token=-]}
      - {kind: command, name: local, write: [./bin/put], read: [~/bin/get], wave: 2}
      - {kind: pipeline-config, pipeline: raxx, stage: review}
      - {kind: manual, name: operators, instructions: "tell #ops to pull the new token"}
    probes:
      - {kind: http, url: https://api.raxx.app/health, expect: "heroku_api == 'ok'"}
      - {kind: github-workflow, repository: raxx/raxx, workflow: deploy-staging.yml, inputs: {sanity: "true"}}
      - {kind: command, name: smoke, run: [./bin/smoke], wave: 0}
    audit:
      - {kind: webhook, url: https://audit.example.com/entries, secretEnv: AUDIT_SECRET}
      - {kind: file, path: ~/audit.jsonl}
      - {kind: command, run: [./bin/tell]}
    notify: [{kind: webhook, url: https://hooks.example.com/rotated}]
`

/** A file of one credential, whose entry is the given lines. */
export const fileOf = (...lines: string[]) => ['version: 1', 'rotations:', '  example-token:', ...lines.map(line => `    ${line}`), ''].join('\n')

/** The same, with these consumers from line 5 on. */
export const consumersOf = (...entries: string[]) => fileOf('consumers:', ...entries.map(entry => `  - ${entry}`))
