import {expect} from 'chai'
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'

import {RotationError} from '../../../../src/lib/errors.js'
import {Journal} from '../../../../src/lib/journal/journal.js'
import {type Disk, realDisk} from '../../../../src/lib/system/disk.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {tempRoot} from '../../../support/temp-root.js'

const schema = z.strictObject({number: z.number(), word: z.string()})
const record = (number: number) => ({number, word: `wört ${number}`})
const numbers = (journal: Journal<z.output<typeof schema>>) => journal.records.map(({record: {number}}) => number)

describe('Journal', function () {
  const root = tempRoot()
  const path = () => join(root(), 'rotations', 'example.jsonl')
  const open = (disk: Disk = realDisk(() => 'a')) => Journal.open(path(), {disk, now: () => ({at: 1_768_478_400_000, here: 0}), schema, sign: sum => `signed ${sum}`})

  async function journalOf(count: number): Promise<string> {
    const journal = await open()
    for (let number = 1; number <= count; number++) await journal.append(record(number))
    return readFile(path(), 'utf8')
  }

  it('is empty where there is no file, and makes none by being opened', async function () {
    expect((await open()).records).to.deep.equal([])
    expect(await failureOf(readFile(path()))).to.have.property('code', 'ENOENT')
  })

  it('reads back what was appended, with the time, in order', async function () {
    await journalOf(3)
    expect((await open()).records).to.deep.equal([1, 2, 3].map(number => ({at: 1_768_478_400_000, record: record(number)})))
  })

  it('goes on where an earlier process stopped', async function () {
    await journalOf(2)
    const journal = await open()
    await journal.append(record(3))
    expect(numbers(journal)).to.deep.equal([1, 2, 3])
    expect(numbers(await open())).to.deep.equal([1, 2, 3])
  })

  it('has a record on disk when the append resolves', async function () {
    const journal = await open()
    for (const number of [1, 2, 3]) {
      await journal.append(record(number))
      expect(numbers(await open())).to.have.length(number)
    }
  })

  it('brings to the disk together what is appended while the disk is busy, and none resolves before it is there', async function () {
    const real = realDisk(() => 'a')
    const texts: string[] = []
    const journal = await open({
      ...real,
      async append(at, lines, keep) {
        await real.append(at, lines, keep)
        texts.push(lines)
      },
    })
    const first = journal.append(record(0))
    await Promise.resolve()
    await Promise.all([first, ...Array.from({length: 29}, async (_, index) => {
      await journal.append(record(index + 1))
      expect(texts.join('')).to.include(`"number":${index + 1},`)
    })])
    expect(texts.map(text => text.split('\n').length - 1)).to.deep.equal([1, 29])
  })

  it('writes parallel appends one after the other, in the order of the calls', async function () {
    const journal = await open()
    const order = Array.from({length: 30}, (_, index) => index)
    await Promise.all(order.map(number => journal.append(record(number))))
    expect(numbers(journal)).to.deep.equal(order)
    expect(numbers(await open())).to.deep.equal(order)
  })

  it('refuses to write what it could not read back, and goes on', async function () {
    const journal = await open()
    const wrong = {...record(1), more: 'than the schema'}
    await errorOf(z.ZodError, journal.append(wrong))
    await journal.append(record(2))
    expect(numbers(await open())).to.deep.equal([2])
  })

  it('ignores a last line that was torn, at whatever byte, and overwrites it', async function () {
    const whole = Buffer.from(await journalOf(3))
    const kept = whole.lastIndexOf(10, whole.length - 2) + 1
    for (let cut = kept; cut < whole.length; cut++) {
      await writeFile(path(), whole.subarray(0, cut))
      const journal = await open()
      const before = numbers(journal)
      await journal.append(record(4))
      const after = numbers(await open())
      expect(after, `torn at byte ${cut - kept} of ${whole.length - kept}`).to.deep.equal([...before, 4])
      expect(after.slice(0, 2)).to.deep.equal([1, 2])
    }
  })

  it('ignores a first line that was torn', async function () {
    const whole = await journalOf(1)
    await writeFile(path(), whole.slice(0, 20))
    const journal = await open()
    await journal.append(record(2))
    expect(numbers(await open())).to.deep.equal([2])
  })

  it('ignores a last line of zeros, as a power cut leaves it', async function () {
    const whole = await journalOf(2)
    await writeFile(path(), Buffer.concat([Buffer.from(whole), Buffer.alloc(200)]))
    const journal = await open()
    await journal.append(record(3))
    expect(numbers(await open())).to.deep.equal([1, 2, 3])
  })

  it('refuses a flipped byte anywhere but in the end of the last line, which is how a torn one looks', async function () {
    const whole = Buffer.from(await journalOf(3))
    const end = whole.length - 1
    for (let at = 0; at < end; at++) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      await writeFile(path(), damaged)
      const seen = await open().then(journal => (journal.isSigned ? 'nobody noticed' : 'not signed'), error => (error instanceof RotationError ? error.code : String(error)))
      expect(seen, `byte ${at} of ${end} was flipped`).to.be.oneOf(['ROTATE_JOURNAL', 'not signed'])
    }
  })

  describe('that another session wrote', function () {
    const as = (name: string) => Journal.open(path(), {disk: realDisk(() => 'a'), now: () => ({at: 0, here: 0}), schema, sign: sum => `${name} ${sum}`})

    it('is not signed, until this session has written a line of it', async function () {
      await (await as('one')).append(record(1))
      expect([(await as('one')).isSigned, (await as('two')).isSigned]).to.deep.equal([true, false])
      await (await as('two')).append(record(2))
      expect([(await as('one')).isSigned, (await as('two')).isSigned]).to.deep.equal([false, true])
    })

    it('is signed where it was signed for this one too', async function () {
      const journal = await as('one')
      await journal.append(record(1))
      journal.signAlso(sum => `two ${sum}`)
      await journal.append(record(2))
      expect([(await as('one')).isSigned, (await as('two')).isSigned, (await as('three')).isSigned]).to.deep.equal([true, true, false])
    })

    it('is not signed where somebody has changed it and mended its checksums', async function () {
      await (await as('one')).append(record(1))
      const [line = ''] = (await readFile(path(), 'utf8')).split('\n')
      await (await as('stranger')).append(record(2))
      const forged = await Journal.open(join(root(), 'forged.jsonl'), {disk: realDisk(() => 'a'), now: () => ({at: 0, here: 0}), schema, sign: () => /"signatures":\["([^"]+)"/.exec(line)?.[1] ?? ''})
      await forged.append(record(3))
      await writeFile(path(), await readFile(join(root(), 'forged.jsonl'), 'utf8'))
      expect(numbers(await as('one'))).to.deep.equal([3])
      expect((await as('one')).isSigned).to.equal(false)
    })

    it('is refused where somebody has put a second record behind the checksum, which does not cover it', async function () {
      await (await as('one')).append(record(1))
      const line = await readFile(path(), 'utf8')
      for (const more of [`,"record":${JSON.stringify(record(2))}}`, ',"n":0}', ' }', ',"signatures":["one"]}']) {
        await writeFile(path(), line.replace(/\}\n$/, `${more}\n`))
        expect(await errorOf(RotationError, as('one')), more).to.have.property('code', 'ROTATE_JOURNAL')
      }
    })

    it('is not signed in version 1, which had no signatures', async function () {
      await (await as('one')).append(record(1))
      const text = await readFile(path(), 'utf8')
      const body = text.slice(0, text.indexOf(',"sum":')).replace('"version":2', '"version":1') + '}'
      await writeFile(path(), `${body.slice(0, -1)},"sum":"${createHash('sha256').update('').update(body).digest('hex')}"}\n`)
      const journal = await as('one')
      expect([numbers(journal), journal.isSigned]).to.deep.equal([[1], false])
    })
  })

  it('refuses a line that is missing, doubled or out of order', async function () {
    const [one = '', two = '', three = '', four = ''] = (await journalOf(4)).split('\n')
    for (const lines of [[one, three, four], [one, one, two, three], [one, three, two, four], [two, three, four], [one, '', two, three]]) {
      await writeFile(path(), `${lines.join('\n')}\n`)
      expect(await errorOf(RotationError, open())).to.have.property('code', 'ROTATE_JOURNAL')
    }
  })

  it('says which line is damaged, and what to do about it', async function () {
    const [one = '', ...rest] = (await journalOf(3)).split('\n')
    await writeFile(path(), [one, ...rest].join('\n').replace('wört 2', 'wort 2'))
    const {message, next, now} = await errorOf(RotationError, open())
    expect(message).to.include(`The journal ${path()} is damaged in line 2.`)
    expect(now).to.include('This command changed nothing')
    expect(next.join(' ')).to.include('from a backup')
  })

  it('refuses a journal of a newer version, whole or torn, and says to update', async function () {
    const whole = await journalOf(2)
    for (const text of [whole.replaceAll('"version":2', '"version":3'), whole.replace('"version":2', '"version":3')]) {
      await writeFile(path(), text)
      const {next, message} = await errorOf(RotationError, open())
      expect(message).to.include('from a newer version')
      expect(next).to.deep.equal(['heroku plugins:update'])
    }
  })

  it('refuses a record it does not know, even the last one: a newer version wrote it', async function () {
    const newer = z.strictObject({number: z.number(), surprise: z.boolean(), word: z.string()})
    const journal = await Journal.open(path(), {disk: realDisk(() => 'a'), now: () => ({at: 0, here: 0}), schema: newer, sign: sum => `signed ${sum}`})
    await journal.append({...record(1), surprise: true})
    expect(await errorOf(RotationError, open())).to.have.property('message').that.includes('newer version')
  })

  describe('on a full disk', function () {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', syscall: 'write'})

    /** Takes the first bytes of a line, then there is no room. */
    function fullFor(appends: number): Disk {
      const real = realDisk(() => 'a')
      let left = appends
      return {
        ...real,
        async append(at, line, keep) {
          if (left-- <= 0) return real.append(at, line, keep)
          await real.append(at, line.slice(0, line.length / 2), keep)
          throw full
        },
      }
    }

    it('fails the append, and has no record of it', async function () {
      const journal = await open(fullFor(1))
      expect(await failureOf(journal.append(record(1)))).to.equal(full)
      expect([numbers(journal), numbers(await open())]).to.deep.equal([[], []])
    })

    it('goes on over what was half written once there is room', async function () {
      const journal = await open(fullFor(2))
      const together = await Promise.allSettled([journal.append(record(1)), journal.append(record(2))])
      expect(together.map(({status}) => status)).to.deep.equal(['rejected', 'rejected'])
      expect(await failureOf(journal.append(record(3)))).to.equal(full)
      expect(numbers(journal)).to.deep.equal([])
      await journal.append(record(4))
      await journal.append(record(5))
      expect([numbers(journal), numbers(await open())]).to.deep.equal([[4, 5], [4, 5]])
    })
  })
})
