import {expect} from 'chai'
import fc from 'fast-check'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {file as adapter} from '../../../../../src/lib/consumers/file.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith, inspected} from '../../../../support/access.js'
import {errorOf} from '../../../../support/failure.js'
import {everythingIn} from '../../../../support/leaks.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {tempRoot} from '../../../../support/temp-root.js'
import {encodings, syntaxes} from './syntaxes.js'

const OLD = sampleToken('outgoing')
const NEW = sampleToken('incoming')
const OTHER = sampleToken('of another account')
const tokens = {incoming: new Secret(NEW), outgoing: new Secret(OLD)}
const access = accessWith({tokens})

/** As anybody would who knows the bytes and no syntax. */
function exchanged(bytes: Buffer, old: Buffer, fresh: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(old); at !== -1; at = bytes.indexOf(old, from)) {
    parts.push(bytes.subarray(from, at), fresh)
    from = at + old.length
  }

  return Buffer.concat([...parts, bytes.subarray(from)])
}

describe('a file whose token is replaced by its value', function () {
  const root = tempRoot()
  const path = () => join(root(), 'settings')
  const address = () => adapter.address.parse({kind: 'file', path: path()})
  const values = (token: string) => new Map([['token', new Secret(token)]])
  const read = () => readFile(path())

  async function expectRefused(before: Buffer) {
    await writeFile(path(), before, {mode: 0o600})
    for (const work of [inspected(adapter, address(), access), adapter.write(address(), values(NEW), access)]) {
      const error = await errorOf(RotationError, work)
      expect(error.code).to.equal('ROTATE_NOT_HELD_HERE')
      expect(error.message + error.next.join('\n')).to.not.include(OTHER)
    }

    expect(await read()).to.deep.equal(before)
    expect(await readdir(root())).to.deep.equal(['settings'])
  }

  async function expectRotated(before: Buffer, after: Buffer) {
    await writeFile(path(), before, {mode: 0o600})
    expect(after.equals(before)).to.equal(false)
    const {remarks, values: held, warnings = []} = await inspected(adapter, address(), access)
    expect(tokens.outgoing.equals(held.get('token'))).to.equal(true)
    expect([...remarks, ...warnings].join('\n')).to.match(/line \d/).and.not.include(OLD)
    expect(await adapter.write(address(), values(NEW), access)).to.include({wrote: true})
    expect(await read()).to.deep.equal(after)
    expect(tokens.incoming.equals((await adapter.read(address(), access)).get('token'))).to.equal(true)
    expect(await adapter.write(address(), values(NEW), access)).to.include({wrote: false})
    expect(await adapter.write(address(), values(OLD), {...access, isBack: true})).to.include({wrote: true})
    expect(await read()).to.deep.equal(before)
    expect(await readdir(root())).to.deep.equal(['settings'])
  }

  for (const {name, spelled = (token: string) => token, text} of syntaxes) {
    describe(`in the syntax of ${name}`, function () {
      for (const [encoding, encode] of encodings) {
        const inFile = (part: string) => encode(part).subarray(encode('').length)
        for (const [ends, end] of [['LF', '\n'], ['CRLF', '\r\n']] as const) {
          const content = (token: string) => encode(text(token, OTHER).replaceAll('\n', end))

          it(`is the file with the value replaced, and afterwards what it was, in ${encoding} with ${ends}`, async function () {
            await expectRotated(content(OLD), exchanged(content(OLD), inFile(spelled(OLD)), inFile(spelled(NEW))))
          })
        }

        it(`is refused and left as it is where it holds another token, in ${encoding}`, function () {
          return expectRefused(encode(text(OTHER, OTHER)))
        })
      }
    })
  }

  it('is replaced between any bytes, in either width', async function () {
    this.timeout(20_000)
    const widths = [Buffer.from, (text: string) => Buffer.from(text, 'utf16le'), (text: string) => Buffer.from(text, 'utf16le').swap16()]
    const bytes = fc.uint8Array({maxLength: 40}).map(array => Buffer.from(array))
    const placed = fc.array(fc.tuple(bytes, fc.constantFrom(...widths)), {maxLength: 6, minLength: 1})
    await fc.assert(fc.asyncProperty(placed, bytes, async (places, tail) => {
      const whole = (token: string) => Buffer.concat([...places.flatMap(([before, width]) => [before, width(token)]), tail])
      await expectRotated(whole(OLD), whole(NEW))
    }), {numRuns: 150})
  })

  it('is replaced in the part that somebody has added in another encoding', function () {
    const mixed = (token: string) => Buffer.concat([Buffer.from(`\uFEFFA=${token}\r\n`, 'utf16le'), Buffer.from(`HEROKU_API_KEY=${token}\n`)])
    return expectRotated(mixed(OLD), mixed(NEW))
  })

  it('is given back by its value where somebody has edited the file since', async function () {
    await writeFile(path(), `A=${OLD}\n`, {mode: 0o600})
    await adapter.write(address(), values(NEW), access)
    await writeFile(path(), `B=2\nA="${NEW}"\nC=${NEW}\n`)
    await adapter.write(address(), values(OLD), {...access, isBack: true})
    expect(await readFile(path(), 'utf8')).to.equal(`B=2\nA="${OLD}"\nC=${OLD}\n`)
  })

  for (const [where, cut] of [['in the next line', '\\\n'], ['in a quoted line that is folded', '\\\n    '], ['in other quotes', '\'"'], ['in another string', '" + "']] as const) {
    it(`is warned of before anything where a token goes on ${where}, which no form of it tells`, async function () {
      await writeFile(path(), `A=${OLD}\nB=${OLD.slice(0, 24)}${cut}${OLD.slice(24)}\n`, {mode: 0o600})
      const {warnings = []} = await inspected(adapter, address(), access)
      expect(warnings[0]).to.include('line 2 has a part of the token')
      await writeFile(path(), `A=${OLD}\nB=${OLD.slice(0, 12)}…\nC=${OTHER}\n`)
      expect((await inspected(adapter, address(), access)).warnings).to.deep.equal([])
    })
  }

  it('is told to stand where no other token can be written, before anything and until it is gone', async function () {
    // A token of another length would move the ends of the lines.
    const old = '01234567-89ab-cdef-0123-456789abcdef'
    const folded = Buffer.from(`ann@example.com:${old} and more`).toString('base64').replaceAll(/.{40}/g, line => `${line}\n`)
    const among = accessWith({tokens: {...tokens, outgoing: new Secret(old)}})
    await writeFile(path(), `A=${old}\nB=${folded}\n`, {mode: 0o600})
    const {warnings = []} = await inspected(adapter, address(), among)
    expect(warnings.join('\n')).to.include('line 2: base64').and.not.include('line 1')
    await adapter.write(address(), values(NEW), among)
    expect(await readFile(path(), 'utf8')).to.equal(`A=${NEW}\nB=${folded}\n`)
    expect((await adapter.read(address(), among)).get('token')?.equals(new Secret(old))).to.equal(true)
  })

  describe('as people have reported it:', function () {
    const rotates = (what: string, text: (old: string) => string, encode: (text: string) => Buffer = Buffer.from) =>
      it(what, () => expectRotated(encode(text(OLD)), encode(text(NEW))))

    rotates('a quoted assignment after a bare one is replaced too', old => `HEROKU_API_KEY=${old}\nexport "HEROKU_API_KEY=${old}"\n`)
    rotates('the password of an ftp server below the entry of Heroku stays', old =>
      `machine api.heroku.com\n  login ann\n  password ${old}\nftp.example.org\n  login ann\n  password hunter2\n`)
    rotates('the second of two logins of one machine stays', old => `machine api.heroku.com login ann password ${old}\nmachine api.heroku.com login bob password ${OTHER}\n`)
    rotates('both machines that heroku login writes are replaced', old =>
      ['api', 'git'].map(host => `machine ${host}.heroku.com\n  login ann@example.com\n  password ${old}\n`).join(''))
    rotates('the token of another account in a function stays', old => `export HEROKU_API_KEY=${old}\nother() { HEROKU_API_KEY=${OTHER} heroku "$@"; }\n`)
    rotates('an assignment after an apostrophe in a here-document, and after arithmetic of zsh, is replaced where it stands', old =>
      `x=$(cat <<E\ndon't\nE\n)\n(( #x )) || return\nexport HEROKU_API_KEY=${old}\n`)
    rotates('a .env that PowerShell has made in UTF-16 stays in UTF-16', old => `HEROKU_API_KEY=${old}\r\n`, encodings.get('UTF-16LE'))
    rotates('a profile of PowerShell is replaced where the token stands', old => `$env:HEROKU_API_KEY = "${old}"\r\n`)

    for (const [held, what] of [['op://vault/heroku/token', 'a reference'], ['encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt', 'an encrypted value'], ['', 'no token']] as const) {
      it(`a .env that holds ${what} is refused, and says what it holds`, async function () {
        await expectRefused(Buffer.from(`HEROKU_API_KEY="${held}"\n`))
        const error = await errorOf(RotationError, inspected(adapter, address(), access))
        expect(error.happened).to.include(`holds ${what}`)
        expect(everythingIn(error).includes('add: true'), 'is advised to write the token over it').to.equal(what === 'no token')
      })
    }
  })
})
