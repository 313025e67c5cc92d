import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {hostname} from 'node:os'

import {realProcesses} from '../../../../src/lib/system/processes.js'
import {skip} from '../../../support/skip.js'

describe('realProcesses', function () {
  const {isAlive, self} = realProcesses()

  it('knows itself', function () {
    expect(self).to.deep.include({host: hostname(), pid: process.pid})
    expect(self.user).to.be.a('string').with.length.above(0)
    expect(isAlive(self.pid, self.startedAt)).to.equal(true)
  })

  it('tells another process of the same number by its start', function () {
    if (self.startedAt === null) skip(this, 'this system does not tell when a process started')
    expect(isAlive(self.pid, (self.startedAt ?? 0) + 1)).to.equal(false)
    expect(isAlive(self.pid, null)).to.equal(true)
  })

  it('sees a process live and die', async function () {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
    const pid = child.pid ?? 0
    expect(isAlive(pid, null)).to.equal(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(pid, null)).to.equal(false)
  })

  it('takes a process of another user for alive', function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) skip(this, 'every process may be asked')
    expect(isAlive(1, null)).to.equal(true)
  })
})
