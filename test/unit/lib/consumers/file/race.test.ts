import {expect} from 'chai'
import {renameSync, writeFileSync} from 'node:fs'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setImmediate} from 'node:timers/promises'

import {file as adapter} from '../../../../../src/lib/consumers/file.js'
import {changed} from '../../../../../src/lib/consumers/file/change.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../../../support/access.js'
import {errorOf} from '../../../../support/failure.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

const [outgoing, incoming] = ['outgoing', 'incoming'].map(seed => sampleToken(seed))
const tokens = {incoming: new Secret(incoming ?? ''), outgoing: new Secret(outgoing ?? '')}

describe('a file that somebody else writes at the same time', function () {
  const root = tempRoot()
  const at = () => adapter.address.parse({kind: 'file', path: join(root(), '.env')})

  before('needs modes', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no modes')
  })

  it('is left to them after twenty tries, which says so, and nothing is left beside it', async function () {
    const {path} = at()
    await writeFile(path, `HEROKU_API_KEY=${outgoing}\n`, {mode: 0o600})
    const aside = join(root(), 'aside')
    const over = new AbortController()
    let count = 0
    const somebody = async () => {
      while (!over.signal.aborted) {
        count++
        writeFileSync(aside, `HEROKU_API_KEY=${outgoing}\nCOUNT=${count}\n`, {mode: 0o600})
        renameSync(aside, path)
        await setImmediate()
      }
    }

    let left = 0
    const leftAsIs = () => {
      left++
    }

    const [error] = await Promise.all([
      errorOf(RotationError, adapter.write(at(), new Map([['token', tokens.incoming]]), accessWith({leftAsIs, tokens}))).finally(() => {
        over.abort()
      }),
      somebody(),
    ])
    expect(error).to.include({code: 'ROTATE_FILE', exit: 'incomplete', happened: `Somebody else keeps changing ${path}.`})
    expect(error.next).to.deep.equal([`Close what has ${path} open.`])
    expect(left).to.equal(1)
    expect(await readFile(path, 'utf8')).to.equal(`HEROKU_API_KEY=${outgoing}\nCOUNT=${count}\n`)
    expect(await readdir(root())).to.deep.equal(['.env'])
  })
})

describe('a file on the way back', function () {
  const change = {adding: null, from: tokens.incoming, isBack: true, path: '.env', to: tokens.outgoing}
  const [both, neither] = [`A=${incoming}\nB=${outgoing}\n`, 'A=set by somebody\n'].map(text => Buffer.from(text))

  it('stays as it is where it does not hold the new token any more', function () {
    expect(changed(neither ?? null, change)).to.equal(neither)
    expect(changed(null, change)).to.equal(null)
  })

  it('is given the old token in every place that holds the new one, and in no other', function () {
    expect(changed(both ?? null, change)?.toString()).to.equal(`A=${outgoing}\nB=${outgoing}\n`)
  })

  it('is left to a person where the new token is not known and the old one is not there', function () {
    expect(() => changed(neither ?? null, {...change, from: null})).to.throw(RotationError, 'does not know the new token').with.property('code', 'ROTATE_FILE_VALUE')
  })

  it('that held nothing before stays as it is where somebody has taken the token out', function () {
    const adding = {format: 'dotenv', name: 'HEROKU_API_KEY'} as const
    expect(changed(neither ?? null, {...change, adding, to: null})).to.equal(neither)
    expect(changed(null, {...change, adding, to: null})).to.equal(null)
  })
})
