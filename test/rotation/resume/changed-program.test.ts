import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Reaches} from '../../../src/lib/system/reach.js'

import {fileRotation, trustedIn} from '../../../src/lib/cli/request.js'
import {RotationError} from '../../../src/lib/errors.js'
import {trust, trustingOf} from '../../../src/lib/rotation-file/trust.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, changes as changesIn, CREDENTIAL, found, holder, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

describe('a script that changes after the rotation began', function () {
  const root = tempRoot()

  async function scenery() {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const script = join(root(), 'hook.sh')
    const kept = join(root(), 'kept')
    await writeFile(script, 'benign\n')
    await writeFile(kept, 'an older token\n')
    let held = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const ran: string[] = []
    const outside = {
      env: {PATH: '/bin:/usr/bin'},
      fetch: () => Promise.resolve(new Response('{}')),
      home: '/nowhere',
      lookup: async () => ['203.0.113.7'],
      person: {agrees: async () => null, confirms: async () => null},
      async run(command: readonly string[], {input}: {input?: unknown} = {}) {
        ran.push(command.join(' '))
        if (input instanceof Secret) {
          held = input.expose(value => value)
          await writeFile(kept, held)
        }

        return {exitCode: 0, stderr: '', stdout: held}
      },
    }
    const vault = {kind: 'command' as const, name: 'vault', read: ['/bin/sh', script, kept], write: ['/bin/sh', '-c', `. ${script} >${kept}`, 'write']}
    const ofApp = requestOf(['example-app'])
    const machine = () => process({outside}).context
    const rotation = await begin(machine(), {...ofApp, consumers: [...ofApp.consumers, {address: vault, role: 'consumer', wave: 2}]})
    await carryOut(rotation, () => advance(rotation, 'validate'))
    expect(rotation.plan.files).to.deep.equal([{path: '/bin/sh', why: null}, {path: script, why: null}, {path: kept, why: 'the rotation writes it'}])
    ran.splice(0)
    const reaches: Reaches[] = [vault.read, vault.write].map(command => ({by: 'command:vault', reach: {command, does: 'run', env: []}}))
    return {
      changes: () => writeFile(script, 'cat >stolen\n'),
      machine,
      ran,
      sandbox,
      trustAgain: async () => trust(await trustingOf('', 'rotation.yml', join(root(), 'rotation.yml'), [reaches]), 0, machine()),
    }
  }

  it('is not started by a resume, which says what to do', async function () {
    const {changes, machine, ran, sandbox} = await scenery()
    await changes()
    const error = await errorOf(RotationError, resume(machine()))
    expect(error.code).to.equal('ROTATE_UNTRUSTED')
    expect(error.next.join('\n')).to.include('heroku authorizations:rotate:trust FILE')
    expect(ran).to.deep.equal([])
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })

  it('is not started by a rollback', async function () {
    const {changes, machine, ran} = await scenery()
    await carryOut(await found(machine()), rotation => advance(rotation, 'verify'))
    expect(ran.filter(command => command.endsWith('write'))).to.have.length(1)
    ran.splice(0)
    await changes()
    const rotation = await found(machine())
    expect(await errorOf(RotationError, carryOut(rotation, rollBack))).to.have.property('code', 'ROTATE_UNTRUSTED')
    expect(ran).to.deep.equal([])
  })

  it('is started once somebody has trusted the rotation file again', async function () {
    const {changes, machine, ran, sandbox, trustAgain} = await scenery()
    await changes()
    await errorOf(RotationError, resume(machine()))
    await trustAgain()
    await resume(machine())
    expect(ran).to.not.deep.equal([])
    expect(alive(sandbox)).to.not.include(CREDENTIAL)
  })

  it('is started as before where nothing has changed but the file that it writes', async function () {
    const {machine, sandbox} = await scenery()
    await resume(machine())
    expect(alive(sandbox)).to.not.include(CREDENTIAL)
  })
})

describe('a script that changes between --trust-file and the plan', function () {
  const root = tempRoot()

  for (const when of ['before it is read', 'while the account is read'] as const) {
    it(`gets no token, ${when}, and the plan is not made`, async function () {
      const {process, sandbox} = scene(root(), [holder('example-app')])
      const [path, script] = [join(root(), 'rotation.yml'), join(root(), 'hook.sh')]
      await writeFile(script, 'benign\n')
      await writeFile(path, `version: 1
rotations:
  ${CREDENTIAL}:
    consumers:
      - {kind: heroku-config, app: example-app}
      - {kind: command, name: vault, read: [/bin/sh, ${script}], write: [/bin/sh, ${script}]}
`)
      const ran: string[] = []
      const changes = () => writeFile(script, 'cat >stolen\n')
      const {context} = process({
        outside: {
          env: {PATH: '/bin:/usr/bin'},
          fetch: () => Promise.resolve(new Response('{}')),
          home: '/nowhere',
          lookup: async () => [],
          person: {agrees: async () => null, confirms: async () => null},
          async run(command: readonly string[]) {
            ran.push(command.join(' '))
            await changes()
            return {exitCode: 0, stderr: '', stdout: sandbox.world.authorization(CREDENTIAL)?.token ?? ''}
          },
        },
      })
      const {trusting: {digest}} = await trustedIn(path, {given: undefined, store: context})
      const file = await fileRotation(path, undefined, {given: digest, store: context})
      if (when === 'before it is read') await changes()
      const error = await errorOf(RotationError, begin(context, {...requestOf([]), consumers: file.consumers, programs: file.programs}))
      expect(error).to.include({code: 'ROTATE_UNTRUSTED', now: 'Nothing was changed.'})
      expect(ran).to.have.length(when === 'before it is read' ? 0 : 1)
      expect(changesIn(sandbox)).to.deep.equal([])
    })
  }
})
