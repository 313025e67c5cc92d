import {expect} from 'chai'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {namesIn, openIn} from '../../../../../src/lib/cli/flags/completions.js'
import {tempRoot} from '../../../../support/temp-root.js'

describe('completion', function () {
  const root = tempRoot()

  it('offers credentials once, without dates, CLI logins, OAuth clients and what nobody has described', function () {
    const direct = ['deploys-2026-01-01', 'deploys-2026-04-01', 'ci', 'Heroku CLI login from vm', 'Long-lived user authorization'].map(description => ({client: null, description}))
    expect(namesIn([...direct, {client: 'Some App', description: 'Some App'}])).to.deep.equal(['ci', 'deploys'])
  })

  it('offers nothing that a shell obeys: the CLI has bash expand what it offers', function () {
    const hostile = ['$(touch /tmp/x)', '`id`', 'a;id', "it's", 'two words', '~root', '*', 'früh-ci'].map(description => ({client: null, description}))
    expect(namesIn(hostile)).to.deep.equal(['früh-ci'])
  })

  it('offers rotations that are in flight, and none where there never was one', async function () {
    const folder = join(root(), 'rotations')
    expect(await openIn(folder)).to.deep.equal([])
    await mkdir(folder)
    await writeFile(join(folder, 'abc.jsonl'), '{"type":"opened"}\n')
    await writeFile(join(folder, 'abc.sealed'), '')
    await writeFile(join(folder, 'def.jsonl'), '{"type":"opened"}\n{"outcome":"completed","type":"closed"}\n')
    expect(await openIn(folder)).to.deep.equal(['abc'])
  })
})
