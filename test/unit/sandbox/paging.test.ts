import {expect} from 'chai'

import {createSandbox} from '../../sandbox/sandbox.js'
import {ask, each} from './api-client.js'

function many(count: number) {
  return createSandbox({apps: Array.from({length: count}, (_, index) => ({dynos: {}, name: `example-${String(index).padStart(4, '0')}`}))})
}

describe('paging of the sandbox', function () {
  it('shows two hundred at a time and says where to go on', async function () {
    const sandbox = many(450)
    const names = new Set<unknown>()
    const statuses: number[] = []
    let range: string | null = ''
    while (range !== null) {
      const reply: Awaited<ReturnType<typeof ask>> = await ask(sandbox, 'GET', '/apps', {headers: range ? {range} : {}})
      statuses.push(reply.status)
      for (const name of each(reply.body, 'name')) names.add(name)
      range = reply.headers.get('next-range')
    }

    expect(statuses).to.deep.equal([206, 206, 200])
    expect(names.size).to.equal(450)
  })

  it('orders by an attribute, in both directions, within bounds', async function () {
    const sandbox = many(5)
    const names = async (range: string) => each((await ask(sandbox, 'GET', '/apps', {headers: {range}})).body, 'name')
    expect(await names('name ..; max=2')).to.deep.equal(['example-0000', 'example-0001'])
    expect(await names('name ..; order=desc,max=2')).to.deep.equal(['example-0004', 'example-0003'])
    expect(await names('name ]example-0001..; max=2')).to.deep.equal(['example-0002', 'example-0003'])
    expect(await names('name example-0001..example-0002')).to.deep.equal(['example-0001', 'example-0002'])
    expect(await names('name ]example-0003..; max=9, order=desc')).to.deep.equal(['example-0002', 'example-0001', 'example-0000'])
  })

  it('describes the page in its headers', async function () {
    const {headers} = await ask(many(3), 'GET', '/apps', {headers: {range: 'name ..; max=2'}})
    expect(headers.get('content-range')).to.equal('name example-0000..example-0001; max=2')
    expect(headers.get('next-range')).to.equal('name ]example-0001..; max=2')
    expect(headers.get('accept-ranges')).to.equal('id, name')
  })

  it('gives the latest release to the range the CLI asks for', async function () {
    const {body, status} = await ask(many(1), 'GET', '/apps/example-0000/releases', {headers: {range: 'version ..; order=desc,max=1'}})
    expect(status).to.equal(206)
    expect(each(body, 'version')).to.deep.equal([3])
  })

  for (const range of ['nonsense', 'size ..', 'id ..; max=1001', 'id ..; max=0']) {
    it(`refuses the range "${range}"`, async function () {
      expect(await ask(many(1), 'GET', '/apps', {headers: {range}})).to.have.property('status', 416)
    })
  }
})
