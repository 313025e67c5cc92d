import {expect} from 'chai'
import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {RotationError} from '../../../src/lib/errors.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {begin, carryOut, changes, CREDENTIAL, found, holder, KEY, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

describe('files on the plan', function () {
  const root = tempRoot()
  const other = sampleToken('other account')

  async function scenery(textOf: (token: string) => string, options: Parameters<typeof scene>[2] = {}) {
    const made = scene(root(), [holder('example-app')], options)
    const token = made.sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const path = join(root(), '.profile')
    await writeFile(path, textOf(token), {mode: 0o600})
    const ofApp = requestOf(['example-app'])
    const file = {address: {kind: 'file', path}, role: 'consumer', wave: 1} as const
    const request: Request = {...ofApp, consumers: [...ofApp.consumers, file]}
    return {...made, path, request, token}
  }

  const expectRefused = async (text: string, happened: RegExp) => {
    const {path, process, request, sandbox} = await scenery(() => text)
    const error = await errorOf(RotationError, makePlan(process().context, request))
    expect(error).to.include({code: 'ROTATE_NOT_HELD_HERE', exit: 'failed'})
    expect(error.happened).to.match(happened)
    expect([await readFile(path, 'utf8'), changes(sandbox)]).to.deep.equal([text, []])
  }

  it('are refused where they hold nothing like a token', () => expectRefused('export EDITOR=vi\n', /^\S+\/\.profile holds no token\.$/))

  it('are refused where they hold a reference', () => expectRefused(`${KEY}="op://vault/heroku/token"\n`, /reference|op:/))

  it('are refused where they hold the token of another account only', () => expectRefused(`export ${KEY}=${other}\n`, /another/))

  it('keep the token of another account, and have each occurrence of the outgoing one replaced', async function () {
    const textOf = (token: string) => `export ${KEY}=${token}\nwork() { ${KEY}=${other} heroku "$@"; }\nexport "${KEY}=${token}"\r\n`
    const {path, process, request, sandbox} = await scenery(textOf)
    const rotation = await rotate(process().context, request)
    const incoming = sandbox.world.authorization(rotation.plan.incoming.description)?.token ?? ''
    expect(await readFile(path, 'utf8')).to.equal(textOf(incoming))
  })

  it('have their lines on the plan', async function () {
    const {process, request} = await scenery(token => `# mine\nexport ${KEY}=${token}\nexport ${KEY}=${other}\n`)
    const {plan} = await makePlan(process().context, request)
    expect(plan.remarks.join('\n')).to.match(/\.profile.*line 2/)
  })

  it('that somebody deletes are told as deleted by a rollback, which makes them no more', async function () {
    const {path, process, request, sandbox} = await scenery(token => `export ${KEY}=${token}\n`)
    await carryOut(await begin(process().context, request), one => advance(one, 'fanout'))
    await rm(path)
    const back = await carryOut(await found(process().context), one => rollBack(one))
    expect(back.state.consumers.get(`file:${path}`)?.status).to.equal('gone')
    expect(back.state.closed).to.equal('rolled-back')
    expect(sandbox.world.authorizations.filter(({isSession}) => !isSession).map(({description}) => description)).to.deep.equal([CREDENTIAL])
  })

  it('that are given the old token back stop the revoke, with the line, and resume replaces it', async function () {
    const {path, process, request, sandbox} = await scenery(token => `export ${KEY}=${token}\n`)
    const rotation = await begin(process().context, request)
    await advance(rotation, 'drain')
    const old = sandbox.world.authorization(CREDENTIAL)?.token
    await writeFile(path, `${await readFile(path, 'utf8')}alias h="${KEY}=${old} heroku"\n`)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error.happened).to.equal(`file:${path} still has the old token in token (line 2: ${KEY}).`)
    await resume(process().context)
    expect(await readFile(path, 'utf8')).not.to.include(old)
  })

  it('that hold the token where it cannot be replaced stop the rotation, with what to do by hand', async function () {
    // The new token has another length, which would move the ends of the lines.
    const folded = (token: string) => Buffer.from(`_:${token} and more`).toString('base64').replaceAll(/.{40}/g, line => `${line}\n`)
    const textOf = (token: string) => `${KEY}=${token}\nAUTH=${folded(token)}\n`
    const {path, process, request, sandbox} = await scenery(textOf, {authorizations: [{description: CREDENTIAL, token: '01234567-89ab-cdef-0123-456789abcdef'}]})
    const rotation = await begin(process().context, request)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error.next).to.include(`Replace it by hand in ${path}, line 2: base64.`)
    const changed = textOf(sandbox.world.authorization(`${rotation.plan.incoming.description} (rotation ${rotation.id})`)?.token ?? '')
    await writeFile(path, changed)
    await resume(process().context)
    expect(await readFile(path, 'utf8')).to.equal(changed)
  })

  it('are given back byte for byte after a rollback', async function () {
    const textOf = (token: string) => `\u{FEFF}A=1\r\n${KEY}='${token}'\r\nB=${other}`
    const {path, process, request, token} = await scenery(textOf)
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    await carryOut(await found(process().context), rollBack)
    expect(await readFile(path, 'utf8')).to.equal(textOf(token))
  })

  it('with the tokens of two accounts are known again by a resume that plans anew', async function () {
    const {path, process, request, sandbox} = await scenery(token => `A=${other}\nB=${token}\n`)
    const rotation = await begin(process().context, request)
    await rotation.release()
    await carryOut(await found(process().context), one => advance(one))
    const incoming = sandbox.world.authorization(rotation.plan.incoming.description)?.token ?? ''
    expect(await readFile(path, 'utf8')).to.equal(`A=${other}\nB=${incoming}\n`)
  })
})
