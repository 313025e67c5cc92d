/** A process that takes a lock when it is told to, says how that went, and holds it until it dies or is told to release it. */
import {randomBytes} from 'node:crypto'
import {createInterface} from 'node:readline'

import {RotationError} from '../../../../src/lib/errors.js'
import {type Lock, lock} from '../../../../src/lib/journal/lock.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {realDisk} from '../../../../src/lib/system/disk.js'
import {realProcesses} from '../../../../src/lib/system/processes.js'
import {realClock} from '../../../sandbox/sandbox.js'

const [root = '', credential = ''] = process.argv.slice(2)
const ports = {clock: realClock(), disk: realDisk(() => randomBytes(6).toString('hex')), paths: pathsBelow(root), processes: realProcesses()}
const held: Lock[] = []

async function take(): Promise<string> {
  try {
    held.push(await lock(credential, `rotation${process.pid}`, ports))
    return 'won'
  } catch (error) {
    return error instanceof RotationError ? error.code : String(error)
  }
}

for await (const command of createInterface({input: process.stdin})) {
  if (command === 'take') process.stdout.write(`${await take()}\n`)
  if (command !== 'release') continue
  await held.pop()?.release()
  process.stdout.write('released\n')
}
