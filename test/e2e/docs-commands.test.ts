import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'

import {isWhole, ofWhole} from '../matrix/whole.js'
import {tempRoot} from '../support/temp-root.js'
import {openAccount, stepsOf, typeCommand, write} from '../support/typed-commands.js'

const urlOf = (path: string) => new URL(`../../${path}`, import.meta.url)
const pages = ['README.md', 'docs/quickstart.md', ...readdirSync(urlOf('docs/guide')).map(file => `docs/guide/${file}`)]
const typed = pages.map(page => ({page, steps: stepsOf(readFileSync(urlOf(page), 'utf8'))})).filter(({steps}) => steps.length > 0)

/** Pages with a step that no longer page has: what several begin with, or all, is typed once. */
const sample = typed.toSorted((a, b) => b.steps.length - a.steps.length).filter(({steps}, index, longer) => {
  const before = new Set(longer.slice(0, index).flatMap(page => page.steps.map(step => JSON.stringify(step))))
  return steps.some(step => !before.has(JSON.stringify(step)))
})
const run = isWhole ? typed : sample

describe('what a reader of the documentation types', function () {
  this.timeout(120_000)

  const home = tempRoot()

  it('is on the pages that begin with something to type', function () {
    expect(typed.map(({page}) => page)).to.include.members(['README.md', 'docs/guide/canary.md', 'docs/guide/rotation-file.md', 'docs/quickstart.md'])
  })

  after(() => console.log(`    pages: ${ofWhole(import.meta.url, run.length, typed.length)}`))

  for (const {page, steps} of run) {
    it(`does what ${page} says`, async function () {
      const sandbox = await openAccount()
      try {
        for (const step of steps) {
          if ('file' in step) await write(home(), step.file, step.text)
          else {
            const {exitCode, screen} = await typeCommand(step.words, sandbox, home())
            expect(exitCode, `${step.words.join(' ')}\n${screen}`).to.equal(step.exitCode)
            expect(screen).to.not.include('HRKU-')
          }
        }

        const isMeant = steps.some(step => 'words' in step && step.words.includes('--in-place'))
        if (!isMeant) expect(sandbox.world.violations).to.deep.equal([])
      } finally {
        await sandbox.close()
      }
    })
  }
})
