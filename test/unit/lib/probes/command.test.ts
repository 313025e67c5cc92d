import {expect} from 'chai'
import {existsSync, readFileSync} from 'node:fs'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {ProbeAccess} from '../../../../src/lib/probes/probe.js'

import {Interrupted, RotationError} from '../../../../src/lib/errors.js'
import {commandProbe} from '../../../../src/lib/probes/command.js'
import {runWith} from '../../../../src/lib/system/child-process.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {accessWith} from '../../../support/access.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {sampleToken} from '../../../support/sample-token.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'
import {until} from '../../../support/until.js'

const env = {HEROKU_API_KEY: sampleToken('session'), PATH: process.env['PATH']}
const addressOf = (changes: Record<string, unknown>) => commandProbe.address.parse({kind: 'command', name: 'smoke', ...changes})

function accessOf(changes: Partial<ProbeAccess> = {}) {
  const clock = virtualClock()
  const seen: string[] = []
  const run = runWith(env)
  const access = accessWith({clock, env, progress: detail => seen.push(detail), run: (...given) => clock.during(run(...given)), ...changes})
  return {access, clock, seen}
}

describe('probes of kind command', function () {
  const root = tempRoot()

  before('needs a shell', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no sh')
  })

  it('pass with exit 0', async function () {
    expect(await commandProbe.run(addressOf({run: ['true']}), accessOf().access)).to.equal('exit 0')
  })

  it('fail with any other, once', async function () {
    const trace = join(root(), 'trace')
    const token = sampleToken('said')
    await writeFile(join(root(), 'said'), `no: ${token}`)
    const {access} = accessOf()
    const error = await errorOf(RotationError, commandProbe.run(addressOf({run: ['sh', '-c', `mkdir ${trace} && cat ${root()}/said; exit 2`]}), access))
    expect(error).to.include({code: 'ROTATE_PROBE', exit: 'incomplete', happened: 'smoke: sh ended with 2.'})
    expect(error.message + error.stack).to.not.include(token)
  })

  it('are run again for as long as they may', async function () {
    const {access, clock, seen} = accessOf()
    const started = clock.now()
    const third = `test -d ${root()}/b && exit 0; test -d ${root()}/a && mkdir ${root()}/b; mkdir -p ${root()}/a; exit 1`
    expect(await commandProbe.run(addressOf({run: ['sh', '-c', third], within: 30}), access)).to.equal('exit 0')
    expect(seen).to.deep.equal(['smoke: sh ended with 1.', 'smoke: sh ended with 1.'])
    expect(clock.now() - started).to.be.within(500, 30_000)
  })

  it('are given up then', async function () {
    const {access, clock} = accessOf()
    const started = clock.now()
    await errorOf(RotationError, commandProbe.run(addressOf({run: ['false'], within: 5}), access))
    expect(clock.now() - started).to.equal(5000)
  })

  it('are given no token', async function () {
    const trace = join(root(), 'trace')
    await commandProbe.run(addressOf({run: ['sh', '-c', `echo "$HEROKU_API_KEY<$(cat)>" > ${trace}`]}), accessOf().access)
    expect(readFileSync(trace, 'utf8')).to.equal('<>\n')
  })

  it('are only looked for beforehand', async function () {
    const trace = join(root(), 'trace')
    await commandProbe.check(addressOf({run: ['touch', trace]}), accessOf().access)
    expect(existsSync(trace)).to.equal(false)
    expect(await errorOf(RotationError, commandProbe.check(addressOf({run: ['no-such-program']}), accessOf().access))).to.include({code: 'ROTATE_NO_PROGRAM'})
  })

  it('end with their deadline', async function () {
    const error = await errorOf(RotationError, commandProbe.run(addressOf({run: ['sleep', '60'], timeout: 0.2}), accessOf().access))
    expect(error.happened).to.include('was killed')
  })

  it('stop when they are interrupted', async function () {
    const trace = join(root(), 'trace')
    const controller = new AbortController()
    const {access} = accessOf({signal: controller.signal})
    const asked = failureOf(commandProbe.run(addressOf({run: ['sh', '-c', `touch ${trace}; sleep 60`], within: 60}), access))
    await until(() => existsSync(trace))
    controller.abort(new Interrupted())
    expect(await asked).to.be.instanceOf(Interrupted)
  })

  it('are found beside the rotation file', async function () {
    await mkdir(join(root(), 'bin'))
    const path = join(root(), 'bin/smoke')
    await writeFile(path, '#!/bin/sh\nexit 0\n')
    await chmod(path, 0o700)
    const at = commandProbe.locate(addressOf({run: ['./bin/smoke', './x']}), {directory: root(), home: '/'})
    expect(at.run).to.deep.equal([path, './x'])
    expect(await commandProbe.run(at, accessOf().access)).to.equal('exit 0')
    expect(commandProbe.id(at)).to.equal('command:smoke')
  })
})
