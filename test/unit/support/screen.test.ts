import {expect} from 'chai'
import {createLogUpdate} from 'log-update'
import {Writable} from 'node:stream'

import {renderScreen} from '../../support/screen.js'

describe('the rendered screen', function () {
  it('shows plain lines without their colours', function () {
    expect(renderScreen('\u001B[1mone\u001B[22m\r\n\u001B[38;5;99mtwo\u001B[39m\r\n', 80)).to.equal('one\ntwo')
  })

  it('wraps at the width', function () {
    expect(renderScreen('abcdef\r\nx', 4)).to.equal('abcd\nef\nx')
  })

  it('overwrites after a carriage return, and erases', function () {
    expect(renderScreen('abcdef\rxy', 80)).to.equal('xycdef')
    expect(renderScreen('abcdef\rxy\u001B[K', 80)).to.equal('xy')
    expect(renderScreen('one\r\ntwo\u001B[1A\u001B[2K\u001B[Gnew', 80)).to.equal('new\ntwo')
    expect(renderScreen('one\r\ntwo\r\nthree\u001B[2A\r\u001B[J', 80)).to.equal('')
  })

  it('leaves out titles, links and modes of the terminal', function () {
    expect(renderScreen('\u001B]0;title\u0007a\u001B]8;;http://localhost\u001B\\b\u001B]8;;\u001B\\\u001B[?25l', 80)).to.equal('ab')
  })

  it('shows the last frame of log-update only', function () {
    let received = ''
    const stream = Object.assign(new Writable({
      write(chunk, _encoding, done) {
        received += String(chunk)
        done()
      },
    }), {columns: 40, isTTY: true, rows: 20})
    const update = createLogUpdate(Object.create(stream))
    update('fan out\n  example-app waiting')
    update('fan out\n  example-app done\n  other-app waiting')
    update('verified')
    update.done()
    expect(renderScreen(received.replaceAll('\n', '\r\n'), 40)).to.equal('verified')
  })
})
