import {expect} from 'chai'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const inFolder = (folder: string) => readdirSync(join(root, folder), {encoding: 'utf8', recursive: true}).map(file => `${folder}/${file}`.replaceAll('\\', '/'))

const pages = [...readdirSync(root).filter(file => file.endsWith('.md')), ...inFolder('docs').filter(file => file.endsWith('.md'))]
const files = ['src', 'test', 'scripts', 'bench'].flatMap(folder => inFolder(folder))
const isThere = (name: string) => files.some(file => file === name || file.endsWith(`/${name}`))

/** The fragments that GitHub gives the headings of a page. */
const fragmentsOf = (text: string) => new Set([...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(/\s/g, '-')))

const linksOf = (text: string) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter(link => !/^\w+:/.test(link))

function isBroken(page: string, link: string): boolean {
  const [path = '', fragment] = link.split('#')
  const target = path === '' ? page : relative(root, join(root, dirname(page), path))
  if (!existsSync(join(root, target))) return true
  return fragment !== undefined && target.endsWith('.md') && !fragmentsOf(textOf(target)).has(fragment)
}

describe('the documentation', function () {
  for (const page of pages) {
    it(`links to pages and headings that there are in ${page}`, function () {
      expect(linksOf(textOf(page)).filter(link => isBroken(page, link))).to.deep.equal([])
    })

    it(`names files that there are in ${page}`, function () {
      const text = textOf(page)
      const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w-]+(?:\.test)?\.ts)`/g)].map(([, name = '']) => name)
      const inDocs = [...text.matchAll(/`(docs\/[\w./-]*)`/g)].map(([, name = '']) => name)
      const examples = new Set(['src/lib/consumers/KIND.ts', 'src/lib/rotation/phases/NAME.ts'])
      expect([...new Set(named)].filter(name => !examples.has(name) && !isThere(name))).to.deep.equal([])
      expect(inDocs.filter(name => !existsSync(join(root, name)))).to.deep.equal([])
    })
  }

  it('is all reached from its index', function () {
    const seen = new Set<string>()
    const follow = (page: string) => {
      if (seen.has(page)) return
      seen.add(page)
      for (const link of linksOf(textOf(page))) {
        const target = relative(root, join(root, dirname(page), link.split('#')[0] ?? '')).replaceAll('\\', '/')
        if (target.endsWith('.md') && existsSync(join(root, target))) follow(target)
      }
    }

    follow('docs/README.md')
    expect(pages.filter(page => page.startsWith('docs/') && !seen.has(page))).to.deep.equal([])
  })
})
