/* eslint-disable no-template-curly-in-string -- the shell's, not ours */
import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {linesOf, valueIn, withoutKey, withValue} from '../../../../../src/lib/consumers/file/edit.js'
import {Unclear} from '../../../../../src/lib/consumers/file/format.js'
import {shell as format} from '../../../../../src/lib/consumers/file/shell.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

const at = {format, key: 'KEY'}

describe('shell start-up files', function () {
  const root = tempRoot()
  const rewritten: [string, string][] = [
    ['export KEY=old\n', 'export KEY=new\n'],
    ['KEY=old\nexport KEY\n', 'KEY=new\nexport KEY\n'],
    ['export KEY="old"\n', 'export KEY="new"\n'],
    ['export KEY=\'old\'\n', 'export KEY=\'new\'\n'],
    ['  export A=1 KEY=old B=2 # why\n', '  export A=1 KEY=new B=2 # why\n'],
    ['typeset -gx KEY=old; echo hi\n', 'typeset -gx KEY=new; echo hi\n'],
    ['if true; then export KEY=old; fi\n', 'if true; then export KEY=new; fi\n'],
    ['[ -n "$PS1" ] && export KEY=old\n', '[ -n "$PS1" ] && export KEY=new\n'],
    ['f() { export KEY=old; }\n', 'f() { export KEY=new; }\n'],
    ['function f { export KEY=old; }\n', 'function f { export KEY=new; }\n'],
    ['case $x in\n  a) KEY=old;;\nesac\n', 'case $x in\n  a) KEY=new;;\nesac\n'],
    ['KEY=old heroku apps\n', 'KEY=new heroku apps\n'],
    ['export \\\n  KEY=old\n', 'export \\\n  KEY=new\n'],
    ['export KEY=old\r\nexport B=2\r\n', 'export KEY=new\r\nexport B=2\r\n'],
    ['export \\\r\n  KEY=old\r\n', 'export \\\r\n  KEY=new\r\n'],
    ['export KEY=old', 'export KEY=new'],
    ['KEY=one\nexport KEY="two"\n', 'KEY=new\nexport KEY="new"\n'],
    ['\u00EF\u00BB\u00BFexport KEY=old\n', '\u00EF\u00BB\u00BFexport KEY=new\n'],
  ]
  for (const [before, after] of rewritten) {
    it(`replaces nothing but the value in ${JSON.stringify(before)}`, function () {
      expect(withValue(before, at, 'new')).to.equal(after)
    })
  }

  const around = [
    '# don\'t\n', 'echo "it\'s"\n', 'alias k=\'KEY=decoy\'\n', 'PS1="\\u \\"x\\" $(date "+%H") ${A:-"it\'s"}"\n', 'x=$\'it\\\'s\'\n', 'a=${b//\\\'/}\n',
    'echo a#b \'\n\'\n', 'cat <<EOF\nKEY=decoy\'\nEOF\n', 'cat <<-\'E F\' | sort\n\tKEY=decoy"\n\tE F\necho\n', 'cat <<< "KEY=decoy"\n', 'x=$(echo ")" # )\n)\n',
    '(( 1 << 2 ))\n', 'n=$((1 << 2))\n', 'echo `echo "\\`"`\n', '[[ $a =~ ^[\\\'\\"] ]]\n', 'echo KEY=decoy\n', 'env KEY=decoy ls\n', 'x="\nKEY=decoy\n"\n', 'y=$#; z=${#x}\n',
    'echo $"hi"\n', 'setopt EXTENDED_GLOB; ls *(#qN)\n', 'cat <(ls) > /dev/null\n', 'set -- a b\n', 'unset KEY\n', 'bindkey "^[[A" up\n', 'MY_KEY=decoy KEYS=decoy\n',
  ]
  for (const text of around) {
    it(`reads past ${JSON.stringify(text)}`, function () {
      const before = `${text}export KEY=old\n${text}`
      expect(valueIn(before, at)).to.equal('old')
      expect(withValue(before, at, 'new')).to.equal(`${text}export KEY=new\n${text}`)
    })
  }

  it('sees the value that bash sees', async function () {
    this.timeout(30_000)
    if (spawnSync('bash', ['--version']).status !== 0) skip(this, 'bash is not installed')
    const texts = [
      ...around.filter(text => !text.includes('setopt')).map(text => `${text}export KEY=old\n`),
      'KEY=one\nexport KEY="old"\n', 'if true; then export KEY=\'old\'; fi', 'export \\\n  KEY=old\n',
    ]
    const expected = texts.map(text => withValue(text, at, 'new') ?? '')
    await Promise.all(expected.map((text, index) => writeFile(join(root(), `${100 + index}`), text)))
    const {stdout} = spawnSync('bash', ['-c', String.raw`for f in "$0"/*; do (source "$f" >/dev/null 2>&1; printf "%s\n" "$KEY"); done`, root()], {
      encoding: 'utf8',
      env: {PATH: process.env['PATH']},
      timeout: 20_000,
    })
    const seen = stdout.trim().split('\n')
    expect(texts.filter((_, index) => seen[index] !== 'new')).to.deep.equal([])
  })

  const unclear: [string, number][] = [
    ['export KEY=$(pass show key)\n', 1],
    ['export KEY="$OTHER"\n', 1],
    ['export KEY=`cat key`\n', 1],
    ['\nexport KEY=a"b"\n', 2],
    ['export KEY="a"\'b\'\n', 1],
    ['export KEY=$\'a\'\n', 1],
    ['export KEY=a\\ b\n', 1],
    ['export KEY=~/x\n', 1],
    ['export KEY="a\nb"\n', 1],
    ['KEY+=more\n', 1],
    ['KEY=(a b)\n', 1],
    ['KEY[1]=a\n', 1],
    ['set -gx KEY value\n', 1],
    ['setenv KEY value\n', 1],
    ['A=1\necho "open\nexport KEY=old\n', 2],
    ['A=1\ncat <<EOF\nKEY=old\n', 2],
    ['cat <<EOF', 1],
    ['x=$(echo\nexport KEY=old\n', 1],
    ['x=${a\nexport KEY=old\n', 1],
  ]
  for (const [text, line] of unclear) {
    it(`does not guess at ${JSON.stringify(text)}`, function () {
      expect(() => valueIn(text, at)).to.throw(Unclear).and.to.include({line})
    })
  }

  it('counts lines across everything that it reads past', function () {
    expect(linesOf('x="\n\n"\ncat <<E\n\nE\nexport KEY=a\nKEY=b\n', at)).to.deep.equal([7, 8])
  })

  it('adds an export, and takes exactly that line out again', function () {
    expect(withValue('A=1\n', at, 'new')).to.equal('A=1\nexport KEY=new\n')
    expect(withoutKey('A=1\nexport KEY=new\n', at)).to.equal('A=1\n')
    expect(withoutKey('A=1\nexport KEY=new', at)).to.equal('A=1')
  })

  it('takes no line out that holds more than the assignment', function () {
    expect(() => withoutKey('export A=1 KEY=new\n', at)).to.throw(Unclear)
    expect(() => withoutKey('KEY=new heroku apps\n', at)).to.throw(Unclear)
  })

  it('chooses quotes where the value needs them', function () {
    expect(withValue('KEY=a\n', at, 'a b')).to.equal('KEY="a b"\n')
    expect(withValue('KEY="a"\n', at, 'a$b')).to.equal('KEY=\'a$b\'\n')
    expect(withValue('KEY=a\n', at, 'a\'$b')).to.equal(null)
    expect(withValue('KEY=a\n', at, 'a\nb')).to.equal(null)
  })
})
