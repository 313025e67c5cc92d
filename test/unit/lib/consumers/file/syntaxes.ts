
/** Files that people keep a token in; `old` is the outgoing one, `other` is of another account. */
export type Syntax = {
  name: string
  /** How the token stands in it, where that is not as it is. */
  spelled?(token: string): string
  text(old: string, other: string): string
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const basic = (token: string) => base64(`ann@example.com:${token}`)
const lines = (...all: string[]) => `${all.join('\n')}\n`

export const syntaxes: readonly Syntax[] = [
  {name: 'sh', text: old => lines('# token', `HEROKU_API_KEY=${old}`, 'export HEROKU_API_KEY', 'PATH=$PATH:/opt')},
  {name: 'sh with a guard', text: (old, other) => lines('[ -n "$PS1" ] || return', `export HEROKU_API_KEY='${old}' OTHER="${other}"; echo "it's"`)},
  {name: 'bash with here-documents', text: old => lines('x=$(cat <<EOF', `don't use ${old}`, 'EOF', ')', 'cat <<-\'E F\' > .env', `\tHEROKU_API_KEY=${old}`, '\tE F', `export HEROKU_API_KEY=${old}`)},
  {name: 'bash with functions of two accounts', text: (old, other) => lines(`work() { HEROKU_API_KEY="${old}" heroku "$@"; }`, `home() { HEROKU_API_KEY=${other} heroku "$@"; }`)},
  {name: 'zsh', text: old => lines('(( #x )) && setopt EXTENDED_GLOB', 'ls *(#qN)', `typeset -gx HEROKU_API_KEY=${old} # of the console`, `alias h='HEROKU_API_KEY=${old} heroku'`)},
  {name: 'zsh with a computed value', text: old => lines(`export HEROKU_API_KEY=\${TOKEN:-${old}}`, 'HEROKU_API_KEY+=""', `keys=(a ${old} b)`)},
  {name: 'fish', text: (old, other) => lines('if status is-interactive', `    set -gx HEROKU_API_KEY ${old}`, `    set -gx OTHER_TOKEN "${other}"`, 'end')},
  {name: 'csh', text: old => lines(`setenv HEROKU_API_KEY "${old}"`, 'set prompt = "%~ "')},
  {name: 'PowerShell', text: old => lines(`$env:HEROKU_API_KEY = "${old}"`, `[Environment]::SetEnvironmentVariable('HEROKU_API_KEY', '${old}', 'User')`, 'Write-Host "`tReady"')},
  {name: 'cmd', text: old => lines('@echo off', `set HEROKU_API_KEY=${old}`, `setx HEROKU_API_KEY "${old}" >nul`)},
  {name: 'dotenv', text: (old, other) => lines(`HEROKU_API_KEY="${old}" # production`, `HEROKU_API_KEY_OF_ANN='${other}'`, `  ALSO: ${old}`, 'JSON={"a":1}')},
  {name: 'dotenv with one glued to other text', text: old => lines(`KEYS=a${old},${old}${old}b`, 'EMPTY=')},
  {name: 'direnv .envrc', text: old => lines('source_up', `export HEROKU_API_KEY=$(printf %s ${old})`, 'use node')},
  {name: 'netrc', text: (old, other) => lines(...['api', 'git'].flatMap(host => [`machine ${host}.heroku.com`, '  login ann', `  password ${old}`]), `machine ftp password ${other}`)},
  {name: 'netrc with a macro', text: (old, other) => lines(`default login anonymous password ${other}`, 'macdef init', `password ${old}`, '', `machine api.heroku.com password ${old}`)},
  {name: 'netrc of glued lines', text: old => `machine api.heroku.com login ann@example.com password ${old}machine git.heroku.com login ann password ${old}`},
  {name: 'netrc with two logins', text: (old, other) => lines(`machine api.heroku.com login ann password ${old}`, `machine api.heroku.com login bob password ${other}`)},
  {name: 'YAML', text: old => lines('heroku:', `  api_key: ${old}`, `  quoted: '${old}' # why`, '  folded: >-', `    ${old}`, '  list: [a, ', `    "${old}"]`)},
  {name: 'JSON', text: (old, other) => JSON.stringify({heroku: {token: old, url: `https://:${old}@api.heroku.com`}, others: [other]}, null, 2)},
  {name: 'JSON in JSON', text: old => JSON.stringify({env: JSON.stringify({HEROKU_API_KEY: old})})},
  {name: 'TOML', text: old => lines('[heroku]', `api_key = "${old}"`, `also = '''${old}'''`)},
  {name: 'INI', text: (old, other) => lines('[work]', `api_key=${old}`, '; api_key=x', '[home]', `api_key = ${other}`)},
  {name: 'a systemd unit', text: old => lines('[Service]', `Environment="HEROKU_API_KEY=${old}" A=1`, `Environment=B=${old}`, 'ExecStart=/bin/true')},
  {name: 'a Dockerfile', text: old => lines('FROM node:20', `ENV HEROKU_API_KEY=${old} \\`, '    A=1', `ARG TOKEN="${old}"`)},
  {name: 'docker-compose', text: (old, other) => lines('services:', '  web:', '    environment:', `      - HEROKU_API_KEY=${old}`, `      - OTHER=${other}`)},
  {name: 'properties', text: old => lines(`heroku.api.key=${old}`, `heroku.api.long : ${old}\\`, '  more', '! a comment')},
  {name: 'a property list', text: old => lines('<?xml version="1.0"?>', '<plist><dict>', '<key>HEROKU_API_KEY</key>', `<string>${old}</string>`, '</dict></plist>')},
  {name: 'a Makefile', text: old => lines(`export HEROKU_API_KEY ?= ${old}`, 'deploy:', `\tHEROKU_API_KEY=${old} heroku apps; echo $$HOME`)},
  {name: '.npmrc', text: (old, other) => lines(`//registry.example.com/:_authToken=${other}`, `heroku-token=${old}`)},
  {name: 'git-credentials', text: (old, other) => lines(`https://ann%40example.com:${old}@git.heroku.com`, `https://ann:${other}@github.com`)},
  {name: 'git-credentials that are URL-encoded', spelled: token => token.replaceAll('-', '%2D'), text: old => lines(`https://ann%40example.com:${old.replaceAll('-', '%2D')}@git.heroku.com`)},
  {name: 'plain text', text: old => old},
  {name: 'CSV', text: (old, other) => lines('name,token', `ann,"${old}"`, `bob,${other}`, `eve,${old}`)},
  {name: 'a curl config with Basic', spelled: basic, text: (old, other) => lines(`header = "Authorization: Basic ${basic(old)}"`, `user = "ann:${basic(other)}"`)},
  {name: 'the login of docker', spelled: token => base64(`_:${token}`), text: old => JSON.stringify({auths: {'registry.heroku.com': {auth: base64(`_:${old}`)}}})},
  {name: 'a secret of Kubernetes', spelled: base64, text: old => lines('kind: Secret', 'data:', `  HEROKU_API_KEY: ${base64(old)}`)},
  {name: 'a dump in hex', spelled: token => Buffer.from(token).toString('hex'), text: old => lines(`key: 0x${Buffer.from(old).toString('hex')}ff`)},
  {name: 'Lua, with letters of everywhere', text: old => lines('-- Schlüssel für «Heroku» 鍵', `vim.env.HEROKU_API_KEY = [[${old}]] -- ✓`)},
]

export const encodings: ReadonlyMap<string, (text: string) => Buffer> = new Map([
  ['plain bytes', text => Buffer.from(text)],
  ['UTF-8 with its mark', text => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16LE', text => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16BE', text => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
])
