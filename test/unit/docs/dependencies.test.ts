import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {z} from 'zod'

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('docs/dependencies.md', function () {
  it('says of every runtime dependency what it is for', function () {
    const {dependencies} = z.object({dependencies: z.record(z.string(), z.string())}).parse(JSON.parse(textOf('package.json')))
    const told = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| \S.+ \|/gm)].map(([, name]) => name)
    expect(told).to.have.members(Object.keys(dependencies))
  })
})
