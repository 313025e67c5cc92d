import {expect} from 'chai'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join, relative} from 'node:path'

import {type NamedFile, namedFiles, writtenBy} from '../../../../src/lib/system/named-files.js'
import {tempRoot} from '../../../support/temp-root.js'

describe('the files that a program is given', function () {
  const root = tempRoot()
  const at = (path: string) => join(root(), path)
  const named = (commands: string[][], written = commands.flatMap(command => writtenBy(command))): NamedFile[] =>
    namedFiles(commands, [root()], written).map(({path, why}) => ({path: path.startsWith(root()) ? relative(root(), path) : path, why}))
  const covered = (...command: string[]) => named([command]).flatMap(({path, why}) => (why === null ? [path] : []))

  beforeEach('writes files', async function () {
    await mkdir(at('ops'))
    for (const path of ['x.mjs', 'my hook.sh', 'ops/deploy.sh', 'ops/deliver.py', 'out']) await writeFile(at(path), '')
  })

  const lines: [string, ...string[]][] = [
    ['x.mjs', 'node', '--import=./x.mjs'], ['x.mjs', 'node', '--import', './x.mjs'], ['x.mjs', 'node', '--require=./x'], ['x.mjs', 'node', '-r', './x'], ['x.mjs', 'node', 'x'],
    ['x.mjs', 'ruby', '-r./x'], ['x.mjs', 'node', '--import=file:./x.mjs?v=1'], ['x.mjs', 'java', '-cp', 'lib:x.mjs'], ['x.mjs', 'curl', '-d', '@x.mjs'],
    ['x.mjs', 'sh', '-c', 'cat | node ./x.mjs'], ['x.mjs', 'sh', '-c', 'A=1 NODE_OPTIONS="--import=./x.mjs" node -e 1'], ['x.mjs', 'sh', '-c', '. $PWD/x.mjs;true'],
    ['x.mjs', 'sh', '-c', '"./x".mjs'], ['x.mjs', 'sh', '-c', String.raw`bash -c "sh -c 'node ./x.mjs'"`], ['x.mjs', 'sh', '-c', 'echo $(./x.mjs)`./x.mjs`'],
    ['my hook.sh', 'sh', 'my hook.sh'], ['my hook.sh', 'sh', '-c', String.raw`sh my\ hook.sh`], ['my hook.sh', 'sh', '-c', '\'./my hook.sh\''], ['my hook.sh', 'sh', '-c', 'sh "my hook.sh"'],
    ['ops/deploy.sh', 'sh', '-c', 'cd ops && ./deploy.sh'], ['ops/deploy.sh', 'env', '-C', 'ops', './deploy.sh'], ['ops/deploy.sh', 'make', '--directory=./ops', 'deploy.sh'],
    ['ops/deliver.py', 'python3', '-m', 'ops.deliver'], ['ops/deliver.py', 'python3', '-c', 'import ops.deliver'], ['x.mjs', 'git', '-c', 'alias.x=!./x.mjs', 'x'],
    ['x.mjs', 'node', '--import', './%78.mjs'], ['x.mjs', 'node', '--import=file:./%78.mjs'], ['x.mjs', 'make', '-sf./x.mjs'],
  ]
  for (const [file, ...command] of lines) {
    it(`are covered: ${command.join(' ')}`, function () {
      expect(covered(...command)).to.deep.equal([file])
    })
  }

  it('are covered through a link, by a whole path, and in the home', async function () {
    await symlink('x.mjs', at('link'))
    expect(covered('sh', 'link')).to.deep.equal(['link'])
    expect(covered('sh', at('x.mjs'))).to.deep.equal(['x.mjs'])
    const up = relative(homedir(), at('x.mjs'))
    expect(covered('sh', '-c', `. ~/${up} && . $HOME/${up}`)).to.deep.equal(['x.mjs'])
  })

  it('are not covered where they are a directory or on the PATH, which is said', function () {
    expect(named([['python', './ops']])).to.deep.equal([{path: 'ops', why: 'a directory'}, {path: 'python', why: 'found on the PATH'}])
    expect(named([['node', '.']])).to.deep.include({path: '', why: 'a directory'})
    expect(named([['./x.mjs', '. ./y', '/', 'a\0b']])).to.deep.equal([{path: 'x.mjs', why: null}])
  })

  it('are not covered where a line names more than are looked for, which is said', function () {
    const words = Array.from({length: 20_000}, (_, index) => `${index}`)
    expect(named([['sh', 'my hook.sh', ...words]])).to.deep.equal([{path: 'sh', why: 'names more files than are looked for'}])
  })

  it('are not covered where the rotation writes them, in whatever command, which is said', function () {
    const written = {path: 'out', why: 'the rotation writes it'}
    for (const write of [['sh', '-c', 'cat >./out'], ['sh', '-c', 'umask 077; cat >> "out"'], ['tee', 'out'], ['sh', '-c', 'tee -a ./out >/dev/null']]) {
      expect(named([write, ['cat', 'out']]), write.join(' ')).to.deep.include(written)
    }

    expect(named([['docker', '--env-file', 'out']], [at('out')])).to.deep.include(written)
    expect(named([[at('out'), '-c', 'true >out']])).to.deep.equal([{path: 'out', why: null}])
  })
})
