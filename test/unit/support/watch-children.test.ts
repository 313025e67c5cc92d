import {expect} from 'chai'
import {spawn} from 'node:child_process'

import {type Seen, treeWatcher} from '../../support/process-tree.js'
import {sampleToken} from '../../support/sample-token.js'
import {skip} from '../../support/skip.js'
import {exposed, onStart} from '../../support/watch-children.js'

describe('the watch over child processes', function () {
  const token = sampleToken('watched')

  it('finds a token on a command line, and in an environment that is not the CLI\'s own', function () {
    const one = (argv: string[], environment: string[] = []) => exposed([{argv, environment, pid: 1}])
    expect(one(['gh', 'secret', 'set', `--body=${token}`])).to.deep.equal(['gh secret set --body=[token]: a token on the command line'])
    expect(one(['gh', 'api', 'user'], ['HOME=/', `TOKEN=${token}`])).to.deep.equal(['gh api user: a token in the environment'])
    expect(one(['node', '/repository/test/support/cached-start.cjs'], [`HEROKU_API_KEY=${token}`])).to.deep.equal([])
    expect(one(['node', '/repository/test/support/cached-start.cjs', token])).to.have.length(1)
    expect(one(['gh', 'api', 'user'], ['HOME=/'])).to.deep.equal([])
  })

  it('sees what this process starts, however soon it ends', async function () {
    const seen: Seen[] = []
    const stop = onStart(started => seen.push(started))
    for (let count = 0; count < 20; count++) {
      await new Promise(resolve => {
        spawn('true', [String(count)], {env: {EXAMPLE: 'to be seen'}}).once('close', resolve)
      })
    }

    stop()
    spawn('true').unref()
    expect(seen.map(({argv}) => argv)).to.deep.equal(Array.from({length: 20}, (_, count) => ['true', String(count)]))
    expect(new Set(seen.flatMap(({environment}) => environment))).to.deep.equal(new Set(['EXAMPLE=to be seen']))
  })

  it('sees what runs below this process', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows it')
    const child = spawn('sleep', ['30'], {env: {EXAMPLE: 'to be seen', PATH: process.env['PATH']}})
    try {
      const deadline = Date.now() + 1500
      const tree = treeWatcher(process.pid)
      const sees = () => tree().some(({argv, environment}) => argv[0] === 'sleep' && environment.includes('EXAMPLE=to be seen'))
      let isSeen = sees()
      while (!isSeen && Date.now() < deadline) {
        await new Promise(resolve => {
          setImmediate(resolve)
        })
        isSeen = sees()
      }

      expect(isSeen).to.equal(true)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
