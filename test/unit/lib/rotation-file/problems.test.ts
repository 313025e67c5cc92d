import {expect} from 'chai'

import {RotationError} from '../../../../src/lib/errors.js'
import {nearest} from '../../../../src/lib/text/nearest.js'
import {consumersOf, fileOf, parse, PATH, validFile} from './valid-file.js'

function wrong(text: string): RotationError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof RotationError) return error
    throw error
  }

  throw new Error('expected a problem, and there was none')
}

/** Each problem without the path of the file. */
function told(text: string): string[] {
  const {happened} = wrong(text)
  const lines = happened.split('\n').filter(line => !line.startsWith('| '))
  const problems = lines.length === 1 ? lines : lines.slice(1)
  for (const problem of problems) expect(problem).to.match(/^deploy\/rotation\.yml:\d+:\d+: ./)
  if (lines.length > 1) expect(lines[0]).to.equal(`${problems.length} things are wrong with the rotation file:`)
  return problems.map(problem => problem.slice(PATH.length + 1))
}

const app = (name: string) => `{kind: heroku-config, app: ${name}}`

const names = [...'abcdefgh']
const listOf = (name: string | undefined) => Array.from({length: 9}, () => name ? `*${name}` : 'x').join(', ')
/** Each is nine times as long as the one before. */
const growing = names.map((name, index) => `${name}: &${name} [${listOf(names[index - 1])}]\n`).join('')

const problems: [what: string, text: string, ...told: string[]][] = [
  ['an empty file', '', '1:1: must be a mapping of keys to values'],
  ['a file of comments', '# nothing\n', '1:1: must be a mapping of keys to values'],
  ['a list', '- version: 1\n', '1:1: must be a mapping of keys to values'],
  ['a word', 'rotations\n', '1:1: must be a mapping of keys to values'],
  ['another version', 'version: 2\nrotations: {a: {}}\n', '1:10: version: must be 1'],
  ['no version', 'rotations: {a: {}}\n', '1:1: version: must be 1'],
  ['no credential', 'version: 1\nrotations: {}\n', '2:12: rotations: names no credential'],
  ["Heroku's description of all that nobody has described", 'version: 1\nrotations: {Long-lived user authorization: {}}\n',
    '2:13: Long-lived user authorization: is what Heroku calls whatever nobody has described: put an ID there'],
  ['a credential without a name', 'version: 1\nrotations: {" ": {}}\n', '2:13:  : is no name'],
  ['an unknown key at the top', 'version: 1\nrotation: {}\nrotations: {a: {}}\n', '2:1: rotation is not known here; did you mean rotations?'],
  ['an unknown key of a credential', fileOf('evry: 90d'), '4:5: evry is not known here; did you mean every?'],
  ['an unknown key of a consumer', consumersOf('{kind: heroku-config, app: a, key: B}'), '5:39: key is not known here; did you mean keys?'],
  ['a misspelt wave', consumersOf('{kind: heroku-config, app: a, wav: 0}'), '5:39: wav is not known here; did you mean wave?'],
  ['a wave of the store', fileOf('store: {kind: infisical, project: p, environment: e, wave: 1}'), '4:58: wave is not known here'],
  ['a misspelt kind of consumer', consumersOf('{kind: heroku_config, app: a}'), '5:16: heroku_config is not a kind of consumer; heroku-config is'],
  ['a kind that is like none', consumersOf('{kind: carrier-pigeon}'),
    '5:16: this is not a kind of consumer; there are heroku-config, pipeline-config, infisical, github-secret, file, command, manual'],
  ['a misspelt kind of store', fileOf('store: {kind: infiscal}'), '4:19: infiscal is not a kind of consumer; infisical is'],
  ['a misspelt kind of probe', fileOf('probes:', '  - {kind: htpp, url: x}'), '5:16: htpp is not a kind of probe; http is'],
  ['a consumer without a kind', consumersOf('{app: a}'), '5:9: kind: is missing'],
  ['a consumer that is a word', consumersOf('example-app'), '5:9: consumers: must be a mapping of keys to values'],
  ['a cadence that is none', fileOf('every: quarterly'), '4:12: every: is not a cadence such as 90d, 12w, 3m or 1y'],
  ['a cadence without a unit', fileOf('every: 90'), '4:12: every: 90 needs a unit: 90d'],
  ['a cadence in quotes without a unit', fileOf('every: "90"'), '4:12: every: 90 needs a unit: 90d'],
  ['the beginning of a key', consumersOf('{kind: infisical, project: p, env: prod}'), '5:9: environment: is missing', '5:39: env is not known here; did you mean environment?'],
  ['a key that is like none', fileOf('colour: red'), '4:5: colour is not known here'],
  ['an unknown key of a sink', fileOf('audit: [{kind: webhook, url: "https://example.com/", secret: A}]'), '4:58: secret is not known here; did you mean secretEnv?'],
  ['a scope that Heroku does not have', fileOf('scope: [read, wirte]'),
    '4:19: scope: is no scope of Heroku: there are global, identity, read, write, read-protected, write-protected'],
  ['a number for text', consumersOf('{kind: heroku-config, app: 7}'), '5:36: app: must be text'],
  ['what is missing, at what lacks it', consumersOf('{kind: heroku-config}'), '5:9: app: is missing'],
  ['one element of a list', consumersOf('{kind: heroku-config, app: a, keys: [GOOD, ""]}'), '5:52: keys: is not a config var name'],
  ['a netrc with a key', consumersOf('{kind: file, path: a, format: netrc, key: B}'), '5:51: key: has no meaning in a netrc: name the machine'],
  ['an address that is not HTTPS', fileOf('notify: [{kind: webhook, url: "http://example.com/"}]'), '4:35: url: must be an https:// address'],
  ['no address of a sink', fileOf('audit: [{kind: webhook, url: example}]'), '4:34: url: must be an https:// address'],
  ['no name of a variable', fileOf('audit: [{kind: webhook, url: "https://example.com/", secretEnv: "A B"}]'), '4:69: secretEnv: is not the name of a variable'],
  ['no address of a probe', fileOf('probes: [{kind: http, url: "ftp://example.com/"}]'), '4:32: url: is not an http:// or https:// address'],
  ['no name of a header', fileOf('probes: [{kind: http, url: "https://example.com/", headers: {"A B": c}}]'), '4:66: A B: is not the name of a header'],
  ['an expression that is none', fileOf('probes: [{kind: http, url: "https://example.com/", expect: "a ="}]'), '4:64: expect: is not a JMESPath expression'],
  ['a private address of a probe', fileOf('probes: [{kind: http, url: "http://10.0.0.1/"}]'),
    '4:32: url: is an address of this machine or of a private network: say private: true beside it if it is meant'],
  ['a private address of a sink', fileOf('notify: [{kind: webhook, url: "http://localhost:80/"}]'),
    '4:35: url: is an address of this machine or of a private network: say private: true beside it if it is meant'],
  ...([['probes', 'http', '4:32'], ['notify', 'webhook', '4:35']] as const).flatMap(([list, kind, at]): [string, string, string][] => [
    [`a host in letters that look like others: ${kind}`, fileOf(`${list}: [{kind: ${kind}, url: "https://\u0430pple.example/"}]`),
      `${at}: url: has letters that may look like others: write the host as xn--… and the rest with %`],
    [`a login in an address: ${kind}`, fileOf(`${list}: [{kind: ${kind}, url: "https://localhost:x@example.com/"}]`), `${at}: url: has a user name or password in it`],
  ]),
  ['a host that only begins like this machine', fileOf('notify: [{kind: webhook, url: "http://localhost:x@example.com/"}]'),
    '4:35: url: has a user name or password in it', '4:35: url: must be an https:// address'],
  ['a site in letters that look like others', consumersOf('{kind: infisical, project: p, environment: e, site: "https://\u0430pp.example"}'),
    '5:61: site: has letters that may look like others: write the host as xn--… and the rest with %'],
  ['a secret that is another path', consumersOf('{kind: infisical, project: p, environment: e, secret: ".."}'), '5:63: secret: is not the name of a secret'],
  ['an app that is another path', consumersOf('{kind: heroku-config, app: ".."}'), '5:36: app: is not a name'],
  ['a pipeline that is another path', consumersOf('{kind: pipeline-config, pipeline: ".", stage: test}'), '5:43: pipeline: is not a name'],
  ['a lifetime in months', fileOf('expires-in: 3m'), '4:17: expires-in: 3m could be minutes or months'],
  ['a lifetime without its unit', fileOf('expires-in: 90'), '4:17: expires-in: must be at least 3600 seconds; 90d is 90 days'],
  ['a lifetime in words', fileOf('expires-in: soon'), '4:17: expires-in: must be a time such as 90d or 12w, or a number of seconds'],
  ['a lifetime that is a list', fileOf('expires-in: [90d]'), '4:17: expires-in: must be a time such as 90d or 12w, or a number of seconds'],
  ['a lifetime that ends too late', fileOf('expires-in: 9999999w'), '4:17: expires-in: must be at most 2147483647'],
  ['a lifetime that no token has', fileOf('expires-in: 2147483648'), '4:17: expires-in: must be at most 2147483647'],
  ['a wait that no timer has', fileOf('probes: [{kind: http, url: "https://example.com/", within: 604801}]'), '4:64: within: must be at most 604800'],
  ['a key that is there twice', 'version: 1\nversion: 1\n', '2:1: this key is here twice'],
  ['a tab', 'version: 1\n\trotations: {}\n', '2:1: a tab cannot indent a line: use spaces'],
  ['two documents', 'version: 1\n---\nversion: 1\n', '2:1: a line of --- begins a second document, and a rotation file is one'],
  ['an alias of nothing', consumersOf('*usual'),
    '5:9: text that begins with * is an alias of what stands above, and nothing above has this name: put it in quotes'],
  ['aliases that grow', growing, '1:1: it is nested too deeply, or has too many aliases'],
  ['an alias of a wrong entry, at both', 'version: 1\nrotations:\n  a: &usual\n    evry: 90d\n  b: *usual\n',
    '4:5: evry is not known here; did you mean every?', '5:6: evry is not known here; did you mean every?'],
  ['CRLF', consumersOf('{kind: heroku-config, app: 7}').replaceAll('\n', '\r\n'), '5:36: app: must be text'],
  ['a name with control characters', fileOf(String.raw`"\e[2J\n": 1`),
    String.raw`4:5: this has a character in it that cannot be seen: \u001b \n`, String.raw`4:5: \u001b[2J\n is not known here`],
  ['an app that turns the text around', consumersOf(String.raw`{kind: heroku-config, app: "a\u202Eb"}`), String.raw`5:36: this has a character in it that cannot be seen: \u202e`],
  ['a path that repaints the plan', consumersOf(String.raw`{kind: file, path: "a\e[2Jb"}`), String.raw`5:28: this has a character in it that cannot be seen: \u001b`],
  ['instructions that write the clipboard', consumersOf(String.raw`{kind: manual, name: a, instructions: "x\e]52;c;eA==\ay"}`),
    String.raw`5:47: this has a character in it that cannot be seen: \u001b \u0007`],
  ['one app twice', consumersOf(app('a'), app('b'), app('a')), '7:9: heroku-config:a is named twice; its keys are written together'],
  ['one file twice', consumersOf('{kind: file, path: a, format: dotenv}',
    '{kind: file, path: ../deploy/a, format: dotenv}'), '6:9: file:/work/shop/deploy/a is named twice; its keys are written together'],
  ['the store among the consumers', fileOf('store: {kind: infisical, project: p, environment: e}', 'consumers:', '  - {kind: infisical, project: p, environment: e, path: /}'),
    '6:9: infisical:p/e:HEROKU_API_KEY is named twice; its keys are written together'],
]

describe('what is wrong with a rotation file', function () {
  for (const [what, text, ...expected] of problems) {
    it(`is told with its line and column: ${what}`, function () {
      expect(told(text)).to.deep.equal(expected)
    })
  }

  it('is wrong usage, and leaves everything as it is', function () {
    expect(wrong('')).to.include({code: 'ROTATE_FILE', exit: 'usage', now: 'Nothing was changed.'})
    expect(wrong('').next).to.deep.equal([`heroku authorizations:rotate:check --file ${PATH}`])
  })

  it('is told all at once, from top to bottom', function () {
    const text = validFile
      .replace('version: 1', 'version: one')
      .replace('every: 90d', 'evry: 90d')
      .replace('kind: infisical', 'kind: infiscal')
      .replace('app: raxx-api-staging', 'ap: raxx-api-staging')
      .replace('app: raxx-console-prod', 'app: raxx-api-prod')
      .replace('format: shell', 'format: ini')
      .replace('kind: http,', 'kind: https,')
      .replace('workflow: deploy-staging.yml', 'workflow: deploy-staging')
      .replace('url: https://hooks', 'url: ftp://hooks')
    expect(told(text).map(problem => problem.replace(/^(\d+):\d+: /, '$1 '))).to.deep.equal([
      '2 version: must be 1',
      '5 evry is not known here; did you mean every?',
      '9 infiscal is not a kind of consumer; infisical is',
      '11 app: is missing',
      '11 ap is not known here; did you mean app?',
      '13 heroku-config:raxx-api-prod is named twice; its keys are written together',
      '15 format: must be one of dotenv, fish, netrc, powershell, shell',
      '22 https is not a kind of probe; http is',
      '23 workflow: is not the file name of a workflow, as in deploy.yml',
      '29 url: must be an https:// address',
    ])
  })

  it('is told where brackets are opened and opened', function () {
    expect(told('['.repeat(300))).not.to.deep.equal([])
  })

  it('is told within seconds and a few pages, however much of it there is', function () {
    this.timeout(60_000)
    const many = (count: number, line: (index: number) => string) => Array.from({length: count}, (_, index) => line(index)).join('')
    const head = 'version: 1\nrotations:\n'
    const texts = [
      head + many(8000, index => `  a${index}: {x: 1}\n`), head + many(20_000, () => '  a: 1\n'), `${head}  a:\n${many(16_000, index => `    k${index}: 1\n`)}`,
      `a: &a 1\nb: [${many(40_000, () => '*a,')}]\n`, `b: [${many(40_000, () => '*a,')}]\n`, `${head}  "${many(40_000, () => String.raw`\u0007`)}": 1\n`,
      many(8000, () => `- HRKU-${'a'.repeat(30)}\n`),
    ]
    for (const text of texts) {
      const began = performance.now()
      expect(wrong(text).happened.length).to.be.below(60_000)
      expect(performance.now() - began, text.slice(0, 60)).to.be.below(8000)
    }
  })

  it('is YAML, in which # after a space begins a comment', function () {
    const entry = '{kind: manual, name: ops, instructions: tell #ops to pull it}'
    const [why, what, ...more] = told(consumersOf(entry, '{kind: heroku-config, app: a} # a real comment'))
    expect(why).to.equal('5:54: a # after a space begins a comment: put the text in quotes')
    expect(what).to.equal('6:7: a } is missing here or before')
    expect(more).to.deep.equal([])
  })
})

describe('the line of a mistake', function () {
  const excerpt = (text: string) => wrong(text).happened.split('\n').filter(line => line.startsWith('| '))

  it('is shown with a caret under the place', function () {
    expect(excerpt(fileOf('every: 90'))).to.deep.equal(['| every: 90', '|        ^'])
    expect(excerpt(fileOf('evry: 90d'))).to.deep.equal(['| evry: …', '| ^'])
    expect(excerpt(consumersOf('{kind: heroku-config, app: example-app, wave: 1, key: B}'))).to.deep.equal([
      '| - {kind: heroku-config, app: …, wave: 1, key: …}', '|                                          ^',
    ])
  })

  it('is cut around the place where it is long', function () {
    const [line = '', caret = ''] = excerpt(consumersOf('{kind: github-secret, repository: example/example-app, secret: A, environment: b, in: actions, whatever: c}'))
    expect(line.indexOf('whatever')).to.equal(caret.indexOf('^')).and.not.equal(-1)
    expect(line.length).to.be.below(70)
  })

  it('shows no value that may be a secret', function () {
    const value = 'hunter2-hunter2'
    const files = [
      fileOf(`evry: ${value}`), fileOf(`every: "${value}"`), fileOf(`every: '${value}'`), fileOf(`every: ${value} # ${value}`), fileOf(`every: 90 #${value}`),
      fileOf(`every: [${value}, ${value}]`), fileOf(`every: {${value}: ${value}}`), fileOf(`"every": "90 ${value}`), fileOf(`every: ${value}: ${value}`),
      fileOf(`every: *${value}`), fileOf(`every: &${value} 90`), fileOf(`every: !${value} 90`), fileOf(`every: "\\q${value}"`), fileOf(`every: @${value}`),
      fileOf('every: |', `  ${value}`), fileOf('every: >', `  ${value}: ${value}`), fileOf(`- ${value}`), fileOf(`every: "a"${value}`),
      consumersOf(`{kind: ${value}}`), consumersOf(`{kind: manual, name: "${value}\u202E", instructions: a}`), consumersOf(`{kind: heroku-config, app: ${value} ${value}, key: ${value}`),
      consumersOf(`{kind: heroku-config, app: "${value} \\" ${value}", key: x}`), fileOf(`probes: [{kind: http, url: "https://example.com/", headers: {authorization: [${value}]}}]`),
    ]
    for (const text of files) expect(wrong(text).message, text).not.to.include('hunter2')
  })

  it('says in words where the YAML is broken', function () {
    const broken: [string, string][] = [
      [fileOf('every: "90d'), 'a quote is opened and not closed'],
      [fileOf('scope: [read'), 'a ] is missing here or before'],
      [fileOf('actor: me: you'), 'this line has a second colon: put the text behind the first one in quotes'],
      [fileOf('actor: @me'), 'text that begins with this character has to be in quotes'],
    ]
    for (const [text, words] of broken) expect(wrong(text).happened, text).to.include(words)
  })
})

describe('nearest', function () {
  it('knows the name that was probably meant', function () {
    const known = ['heroku-config', 'github-secret', 'file']
    expect(nearest('heroku-confg', known)).to.equal('heroku-config')
    expect(nearest('HEROKU-config', known)).to.equal(null)
    expect(nearest('flie', known)).to.equal('file')
    expect(nearest('', known)).to.equal(null)
    expect(nearest('file', [])).to.equal(null)
  })
})
