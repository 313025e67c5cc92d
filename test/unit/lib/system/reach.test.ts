import {expect} from 'chai'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {needsTrust, reachText} from '../../../../src/lib/system/reach.js'
import {tempRoot} from '../../../support/temp-root.js'

describe('a file that a rotation file names', function () {
  const root = tempRoot()
  const folder = () => join(root(), 'repository')
  const asks = (path: string) => needsTrust({does: 'write', path: join(folder(), path)}, folder())

  beforeEach('makes a repository', async function () {
    await mkdir(join(folder(), '.git/hooks'), {recursive: true})
    await mkdir(join(folder(), 'deep'))
  })

  for (const path of ['.env', 'deep/.env', 'new/audit.jsonl', '.github/log', 'x.git', '.gitignore']) {
    it(`needs no trust below the folder: ${path}`, async function () {
      expect(await asks(path)).to.equal(false)
    })
  }

  for (const [what, target] of [
    ['out of it', '../.bash_aliases'],
    ['out of it over a link to a directory', 'inside/../../.bash_aliases'],
    ['out of it by its whole path', '/nowhere/.bash_aliases'],
    ['over a second one', 'second'],
    ['to itself', 'link'],
    ['to a hook', '.git/hooks/pre-commit'],
  ] as const) {
    it(`needs trust where a link without a file behind it leads ${what}`, async function () {
      await symlink(join(folder(), 'deep'), join(folder(), 'inside'))
      await symlink('../.bash_aliases', join(folder(), 'second'))
      await symlink(target, join(folder(), 'link'))
      expect(await asks('link')).to.equal(true)
    })
  }

  it('needs no trust where such a link leads to a place below the folder', async function () {
    await symlink('deep/later.jsonl', join(folder(), 'link'))
    expect(await asks('link')).to.equal(false)
  })

  it('needs trust below a link to a directory elsewhere that is not there yet', async function () {
    await symlink('../elsewhere', join(folder(), 'logs'))
    expect(await asks('logs/audit.jsonl')).to.equal(true)
  })

  for (const path of ['.git/hooks/pre-commit', '.git/config', 'deep/.git/config', '.GIT/config', '.hg/hgrc']) {
    it(`needs trust where version control keeps it for itself: ${path}`, async function () {
      expect(await asks(path)).to.equal(true)
    })
  }

  it('needs trust for a workflow with inputs or a branch of its own, and for no other workflow or project of the operator\'s login', async function () {
    const workflow = {does: 'start', inputs: {}, ref: null, repository: 'octo/app', workflow: 'smoke.yml'}
    const project = {does: 'write', environment: 'prod', project: 'p'}
    const answers = await Promise.all([workflow, project, {...workflow, ref: 'evil'}, {...workflow, inputs: {run: 'evil'}}].map(reach => needsTrust(reach, folder())))
    expect(answers).to.deep.equal([false, false, true, true])
    expect(reachText({by: 'x', reach: {...workflow, inputs: {sanity: 'true', say: 'a b'}, ref: 'next'}})).to.equal("start: smoke.yml of octo/app at next with sanity=true, 'say=a b'")
  })

  it('needs trust where a link leads into .git', async function () {
    await writeFile(join(folder(), '.git/hooks/pre-commit'), '')
    await symlink('.git/hooks', join(folder(), 'hooks'))
    expect(await asks('hooks/pre-commit')).to.equal(true)
  })
})
