import {expect} from 'chai'

import {eachLine, happeningIn} from '../../../../../src/lib/consumers/heroku-config/log-lines.js'

const TIME = '2026-01-15T12:00:01.042017+00:00'
const at = Date.UTC(2026, 0, 15, 12, 0, 1, 42)
const said = (text: string, dyno = 'web.1') => `${TIME} heroku[${dyno}]: ${text}`

describe('a line of the log', function () {
  const table: [text: string, what: string][] = [
    ['Restarting', 'restart'],
    ['State changed from up to starting', 'restart'],
    ['Starting process with command `npm start`', 'start'],
    ['Stopping all processes with SIGTERM', 'sigterm'],
    ['Process exited with status 143', 'exit'],
    ['State changed from starting to up', 'up'],
    ['State changed from starting to crashed', 'crash'],
    ['State changed from up to crashed', 'crash'],
    ['State changed from crashed to starting', 'crash'],
    ['Error L10 (output buffer overflow): 12 messages dropped since 2026-01-15T11:59:00+00:00', 'gap'],
    ['Error L15 (Tail buffer temporarily unavailable)', 'gap'],
  ]
  for (const [text, what] of table) {
    it(`tells of a dyno, plain and as an event: ${text}`, function () {
      for (const line of [said(text), `data: ${said(text)}`, `data:${said(text)}`]) expect(happeningIn(line)).to.deep.include({at, dyno: 'web.1', what})
    })
  }

  it('tells the status of an exit', function () {
    expect([0, 22, 137, 143].map(status => happeningIn(said(`Process exited with status ${status}`))?.status)).to.deep.equal([0, 22, 137, 143])
  })

  for (const line of [
    '', ':', ': keep-alive', 'id: 12', 'event: message', 'data:', 'Restarting', `${TIME} app[web.1]: Process exited with status 143`, 'heroku[web.1]: Restarting',
    'never heroku[web.1]: Restarting', '2026-99-99T12:00:00Z heroku[web.1]: Restarting', said('at=info method=GET path="/"', 'router'), said('Idling'), said('Process exited'),
    said('Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM'), said('Stopping remaining processes with SIGKILL'),
    `${TIME} app[web.1]: x ${TIME} heroku[web.1]: Process exited with status 143`,
  ]) {
    it(`that says nothing of it is passed over: ${JSON.stringify(line)}`, function () {
      expect(happeningIn(line)).to.equal(null)
    })
  }

  it('is the same when it arrives twice, and another one a microsecond later', function () {
    const [first, second] = [happeningIn(said('Restarting')), happeningIn(`data: ${said('Restarting')}`)]
    expect(first?.key).to.equal(second?.key)
    expect(happeningIn(said('Restarting').replace('042017', '042018'))?.key).not.to.equal(first?.key)
  })
})

describe('the lines of a stream', function () {
  const streamOf = (chunks: readonly string[], signal?: AbortSignal) => new Response(new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      if (!signal) controller.close()
    },
  })).body
  const read = async (chunks: readonly string[], signal = new AbortController().signal) => {
    const body = streamOf(chunks)
    const lines: string[] = []
    if (body) await eachLine(body, signal, line => lines.push(line))
    return lines
  }

  it('are whole however the stream is cut', async function () {
    const text = 'one\r\ntwo – ü\n\nthree\n'
    for (let size = 1; size < text.length; size++) {
      const chunks = Array.from({length: Math.ceil(text.length / size)}, (_, index) => text.slice(index * size, (index + 1) * size))
      expect((await read(chunks)).map(line => line.replace('\r', '')), `by ${size}`).to.deep.equal(['one', 'two – ü', '', 'three'])
    }
  })

  it('are cut off, so that a line without an end does not fill the memory', async function () {
    const lines = await read([...Array.from({length: 1000}, () => 'x'.repeat(1000)), '\nnext\n'])
    expect(lines.map(({length}) => length)).to.deep.equal([1000, 4])
  })

  it('end with the signal, also where the stream goes on', async function () {
    const controller = new AbortController()
    const body = streamOf(['one\n'], controller.signal)
    const lines: string[] = []
    if (body) {
      await eachLine(body, controller.signal, line => {
        lines.push(line)
        setImmediate(() => controller.abort())
      })
    }

    expect(lines).to.deep.equal(['one'])
  })
})
