import {expect} from 'chai'

import {fileIn, including, lineUnderTypedId, naming, typeable, underTypedId, withFlag, withoutDryRun} from '../../../../src/lib/cli/suggestion.js'
import {heroku, instead, textOf, todo} from '../../../../src/lib/errors.js'

const straggler = (name: string, ...keys: string[]) => ({app: name, keys, name})
const typed = (argv: string[], ...missing: Parameters<typeof including>[2]) => textOf(including('authorizations:rotate', argv, missing))

describe('including', function () {
  it('adds an app that was not named, as it has to be typed', function () {
    expect(typed(['-d', 'example token'], straggler('example-app', 'A', 'B'))).to.equal('heroku authorizations:rotate -d \'example token\' --app example-app:A,B')
  })

  const named: [string[], string][] = [
    [['--app', 'example-app:B,C'], '--app example-app:B,C,A'],
    [['-a', 'example-app:B'], '-a example-app:B,A'],
    [['-aexample-app:B'], '-aexample-app:B,A'],
    [['--app=example-app:B'], '--app=example-app:B,A'],
    [['--canary', 'example-app:B'], '--canary example-app:B,A'],
    [['--pipeline', 'example-app:B'], '--pipeline example-app:B,A'],
    [['--app', 'example-app-staging'], '--app example-app-staging --app example-app:A'],
    [['--app', 'example-app:A,B'], '--app example-app:A,B'],
    [['--description', 'example-app'], '--description example-app --app example-app:A'],
  ]
  for (const [argv, end] of named) {
    it(`adds a key where ${argv.join(' ')} was typed`, function () {
      expect(typed(argv, straggler('example-app', 'A'))).to.equal(`heroku authorizations:rotate ${end}`)
    })
  }

  it('adds the stage of a pipeline', function () {
    expect(typed([], {app: null, keys: ['A'], name: 'example-pipeline/test'})).to.equal('heroku authorizations:rotate --pipeline example-pipeline/test:A')
  })
})

describe('withFlag', function () {
  const cases: [argv: string[], flag: string, typed: string][] = [
    [['-d', 'example token'], '--confirm example token', "-d 'example token' --confirm 'example token'"],
    [['--confirm', 'other', '--dry-run'], '--confirm example-token', '--dry-run --confirm example-token'],
    [['--confirm=other'], '--confirm example-token', '--confirm example-token'],
    [['', '--infisical', ''], '--description example-token', "--infisical '' --description example-token"],
    [['--drain', '0', '--', '--help'], '--confirm --help', '--drain 0 --confirm=--help -- --help'],
    [['--', '-a'], '--add example-app:A', '--add example-app:A -- -a'],
    [['-cother'], '--confirm example-token', '--confirm example-token'],
    [['-c', 'other', '--json'], '--confirm example-token', '--json --confirm example-token'],
    [['--scope', ','], '--scope read-protected', '--scope read-protected'],
    [['--confirm'], '--confirm example-token', '--confirm example-token'],
    [['-a', 'example-app', '--canary=example-app:B', '--app', 'other-app'], '--canary example-app:A,B', '--app other-app --canary example-app:A,B'],
    [['-d', 'a', '--within', '14d'], '--due', '-d a --within 14d --due'],
    [['-d', 'a', '--json'], '--outgoing-token-stdin', '-d a --json --outgoing-token-stdin'],
    [['--due', '-d', 'a'], '--due', '-d a --due'],
    [['--add', 'example-app:A'], '--add example-app:B', '--add example-app:A --add example-app:B'],
    [['--pipeline', 'a/test', '--pipeline', 'nope/reviw'], '--pipeline nope/review', '--pipeline a/test --pipeline nope/review'],
    [['X', '--github', 'exampleapp', '--github=a/b'], '--github example/exampleapp', 'X --github=a/b --github example/exampleapp'],
    [['-a', 'Example App', '--app', 'other-app'], '--app example-app', '--app other-app --app example-app'],
    [['--add', 'example-app', '--add', 'other-app:A'], '--add example-app:B', '--add other-app:A --add example-app:B'],
    [['-d', 'a'], '--confirm two\nlines', "-d a --confirm 'two\nlines'"],
    [['--app=example-app-staging', '-aexample-app:B-'], '--app example-app:B', '--app=example-app-staging --app example-app:B'],
  ]
  for (const [argv, flag, end] of cases) {
    it(`says ${flag} where ${argv.join(' ')} was typed`, function () {
      const [name = '', ...value] = flag.split(' ')
      expect(textOf(withFlag('authorizations:rotate', argv, value.length > 0 ? [name, value.join(' ')] : [name]))).to.equal(`heroku authorizations:rotate ${end}`)
    })
  }
})

describe('naming', function () {
  const cases: [argv: string[], typed: string][] = [
    [['token', '--app', 'example-app', '--confirm', 'token', '--json'], 'ID --app example-app --confirm token --json'],
    [['--confirm', 'token', '-d', 'token', '--drain', '0'], '--confirm token ID --drain 0'],
    [['--description=token', '--drain', '0'], 'ID --drain 0'],
    [['--drain', '0', '--', 'token'], '--drain 0 -- ID'],
    [['--file', 'rotation.yml'], 'ID'],
  ]

  for (const [argv, end] of cases) {
    it(`puts the ID in the place of the name where ${argv.join(' ')} was typed`, function () {
      expect(textOf(naming('authorizations:rotate', argv, {meant: 'ID', typed: 'token'}))).to.equal(`heroku authorizations:rotate ${end}`)
    })
  }
})

describe('withFlag, of a flag that takes no value,', function () {
  it('says it once, at the end, and takes no word for its value', function () {
    expect(textOf(withFlag('authorizations:rotate', ['--within', '14d', '--file', 'a.yml'], ['--due']))).to.equal('heroku authorizations:rotate --within 14d --file a.yml --due')
    expect(textOf(withFlag('authorizations:rotate', ['--due', '01234567'], ['--due']))).to.equal('heroku authorizations:rotate 01234567 --due')
  })
})

describe('typeable, of a mistyped word,', function () {
  const cases: [argv: string[], end: string][] = [
    [['--app', 'exampel', '--json'], '--app example --json'],
    [['--app=exampel:A,B', '--canary', 'exampel:C'], '--app=example:A,B --canary example:C'],
    [['-d', 'exampel-token', 'exampel'], '-d exampel-token example'],
  ]
  for (const [argv, end] of cases) {
    it(`says what was meant where ${argv.join(' ')} was typed`, function () {
      expect(textOf(typeable('authorizations:rotate', argv, instead('exampel', 'example')))).to.equal(`heroku authorizations:rotate ${end}`)
    })
  }

  it('corrects the name of a flag and leaves its value', function () {
    expect(textOf(typeable('authorizations:rotate', ['--ap=--ap', '--ap', 'x'], instead('--ap', '--app')))).to.equal('heroku authorizations:rotate --app=--ap --app x')
  })

  it('points to the rotation file where nobody typed it', function () {
    expect(textOf(typeable('authorizations:rotate', ['--file', 'a.yml'], instead('exampel', 'example')))).to.equal('a.yml says exampel: write example there.')
  })
})

describe('fileIn', function () {
  it('finds the rotation file, however it was named', function () {
    expect([['--file', 'a.yml'], ['-f', 'a.yml'], ['--file=a.yml'], ['--app', 'x']].map(argv => fileIn(argv))).to.deep.equal(['a.yml', 'a.yml', 'a.yml', null])
  })
})

describe('suggestions under the id that was typed', function () {
  const run = 'authorizations:rotate:run'

  it('say run where run was typed, with the words and the note as they are', function () {
    expect(textOf(underTypedId({...heroku('authorizations:rotate', '--app', 'an app'), note: 'Later'}, run))).to.equal(`Later: heroku ${run} --app 'an app'`)
    expect(lineUnderTypedId('heroku authorizations:rotate ID --scope global', run)).to.equal(`heroku ${run} ID --scope global`)
    expect(withoutDryRun(run, ['ID', '--dry-run', '--json'])).to.equal(`heroku ${run} ID`)
  })

  it('leave every other command as it is', function () {
    for (const id of [run, 'authorizations:rotate', 'authorizations:rotate:check', undefined]) {
      const step = heroku('authorizations:rotate:resume', '--all')
      expect(underTypedId(step, id)).to.equal(step)
      expect(underTypedId(todo('heroku authorizations:rotate'), id)).to.deep.equal(todo('heroku authorizations:rotate'))
      expect(lineUnderTypedId('heroku authorizations:rotate:revoke --all', id)).to.equal('heroku authorizations:rotate:revoke --all')
    }
  })

  it('say what they always said where something else was typed', function () {
    for (const id of ['authorizations:rotate', 'authorizations:rotate:check', undefined]) {
      expect(textOf(underTypedId(heroku('authorizations:rotate', 'ID'), id))).to.equal('heroku authorizations:rotate ID')
      expect(lineUnderTypedId('heroku authorizations:rotate ID', id)).to.equal('heroku authorizations:rotate ID')
      expect(withoutDryRun(id, ['ID', '-n'])).to.equal('heroku authorizations:rotate ID')
    }
  })
})
