import {expect} from 'chai'
import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {type Readable, type Writable} from 'node:stream'

import {nodeOptions, runnable} from '../../../support/compiled.js'
import {tempRoot} from '../../../support/temp-root.js'

const script = runnable(new URL('contender.ts', import.meta.url))

type Contender = {ask(command: string): Promise<string>; kill(): Promise<void>; pid: number}

describe('lock between processes', function () {
  this.timeout(20_000)
  const root = tempRoot()
  const children: ChildProcessByStdio<Writable, Readable, null>[] = []

  function contender(): Contender {
    const child = spawn(process.execPath, [...nodeOptions, script, root(), 'example-token'], {stdio: ['pipe', 'pipe', 'inherit']})
    children.push(child)
    const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
    return {
      async ask(command) {
        child.stdin.write(`${command}\n`)
        const {done, value} = await lines.next()
        return done ? 'died' : value
      },
      async kill() {
        child.kill('SIGKILL')
        await once(child, 'exit')
      },
      pid: child.pid ?? 0,
    }
  }

  afterEach('ends the processes', function () {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  it('is won by exactly one of several that try at once, taken from it when it is killed, and handed on when released', async function () {
    const contenders = [contender(), contender(), contender()]
    const everybody = (among: Contender[]) => Promise.all(among.map(one => one.ask('take')))
    const first = await everybody(contenders)
    expect(first.toSorted()).to.deep.equal(['ROTATE_LOCKED', 'ROTATE_LOCKED', 'won'])

    const [winner] = contenders.splice(first.indexOf('won'), 1)
    await winner?.kill()
    const second = await everybody(contenders)
    expect(second.toSorted()).to.deep.equal(['ROTATE_LOCKED', 'won'])

    const [heir] = contenders.splice(second.indexOf('won'), 1)
    expect(await heir?.ask('release')).to.equal('released')
    expect(await everybody(contenders)).to.deep.equal(['won'])
  })
})
