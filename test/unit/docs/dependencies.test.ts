import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'

const urlOf = (path: string) => new URL(`../../../${path}`, import.meta.url)
const textOf = (path: string) => readFileSync(urlOf(path), 'utf8')

describe('docs/explain/dependencies.md', function () {
  it('says of every package that is in the pack what it is for', function () {
    const sources = readdirSync(urlOf('src'), {encoding: 'utf8', recursive: true}).filter(file => file.endsWith('.ts'))
    const imported = sources.flatMap(file => [...textOf(`src/${file}`).matchAll(/(?:from |import\()'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/g)].map(([, name]) => name))
    const told = [...textOf('docs/explain/dependencies.md').matchAll(/^\| `([^`]+)` \| \S.+ \|/gm)].map(([, name]) => name)
    expect(told).to.have.members([...new Set(imported)])
  })

  it('is right that nothing else is installed with the pack', function () {
    expect(JSON.parse(textOf('package.json'))).not.to.have.any.keys('dependencies', 'optionalDependencies', 'peerDependencies')
  })
})
