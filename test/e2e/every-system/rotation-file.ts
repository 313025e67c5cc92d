type Places = {
  /** Names, by wave. */
  apps: {canary: string; main: string; other: string}
  healthOf(app: string): string
  infisical: {project: string; url: string}
  name: string
  /** Null where there is no gh: GitHub is left out. */
  repository: null | string
  /** Seconds that a probe is given. */
  within: number
}

/** Every kind of store, consumer and probe in one file. */
export function rotationFileOf({apps, healthOf, infisical, name, repository, within}: Places): string {
  const onlyWithGh = (line: string) => (repository === null ? [] : [line])
  return [
    'version: 1',
    'rotations:',
    `  ${name}:`,
    '    every: 90d',
    '    store:',
    '      kind: infisical',
    `      site: ${infisical.url}`,
    `      project: ${infisical.project}`,
    '      environment: prod',
    '    consumers:',
    `      - {kind: heroku-config, app: ${apps.canary}, wave: 0}`,
    `      - {kind: heroku-config, app: ${apps.main}, keys: [HEROKU_API_KEY, OTHER_KEY]}`,
    `      - {kind: heroku-config, app: ${apps.other}}`,
    ...onlyWithGh(`      - {kind: github-secret, repository: ${repository}}`),
    '      - {kind: file, path: ~/.zshrc, format: shell}',
    '      - {kind: command, name: keep, write: [./keep.sh, write], read: [./keep.sh, read]}',
    '      - {kind: manual, name: operators, instructions: tell the team to pull the new token}',
    '    probes:',
    `      - {kind: http, private: true, wave: 0, url: "${healthOf(apps.canary)}", expect: "heroku_api == 'ok' && contains(issue, '(rotation ')", within: ${within}}`,
    `      - {kind: http, private: true, url: "${healthOf(apps.main)}", expect: "heroku_api == 'ok'", within: ${within}}`,
    ...onlyWithGh(`      - {kind: github-workflow, repository: ${repository}, workflow: smoke.yml, inputs: {sanity: "true"}, within: ${within}}`),
    '      - {kind: command, name: kept, run: [./keep.sh, check]}',
    '',
  ].join('\n')
}
