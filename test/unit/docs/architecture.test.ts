import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'

import {layers, mayExpose} from '../../../scripts/house-rules.js'
import {recordSchema} from '../../../src/lib/rotation/state/records.js'

const urlOf = (path: string) => new URL(`../../../${path}`, import.meta.url)
const textOf = (path: string) => readFileSync(urlOf(path), 'utf8')

const page = textOf('docs/explain/architecture.md')
const between = (marker: string) => page.slice(page.indexOf(`<!-- ${marker} -->`), page.indexOf(`<!-- /${marker} -->`))
const sources = readdirSync(urlOf('src'), {encoding: 'utf8', recursive: true}).filter(file => file.endsWith('.ts')).map(file => `src/${file}`)

describe('docs/explain/architecture.md', function () {
  it('lists the layers that the linter has, in its order', function () {
    const told = [...between('layers').matchAll(/^\| `([^`]+)`/gm)].map(([, path = '']) => path)
    const probe = (path: string) => (path.endsWith('/') ? `${path}x.ts` : path)
    expect(told.map(path => layers.findIndex(({files}) => files.test(probe(path))))).to.deep.equal(layers.map((_, index) => index))
  })

  it('says where a token may leave its Secret', function () {
    expect([...between('expose').matchAll(/^- `([^`]+)`/gm)].map(([, path]) => path)).to.deep.equal(mayExpose)
  })

  it('says what the journal can hold', function () {
    const told = [...page.slice(page.indexOf('| record | says |')).matchAll(/^\| `(\w+)` \|/gm)].map(([, type]) => type)
    const types = recordSchema.options.map(option => ('shape' in option ? option.shape.type.value : 'phase'))
    expect(told).to.have.members([...new Set(types)])
  })

  it('is right that only the composition root makes clock, randomness and network of the real world', function () {
    const real = /\bDate\.now\(|\bperformance\.|\bMath\.random\(|\brandomBytes\(|\bglobalThis\.fetch\b|\bnew PlatformApi\(new Session/
    expect(sources.filter(file => real.test(textOf(file)))).to.have.members(['src/lib/cli/composition.ts', 'src/lib/system/clock.ts'])
  })
})
