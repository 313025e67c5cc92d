import {expect} from 'chai'

import type {PlanFlags} from '../../../../../src/lib/cli/request.js'

import {inPlaceFlag} from '../../../../../src/lib/cli/flags/plan.js'
import {whichOf} from '../../../../../src/lib/cli/flags/several.js'

type Given = Parameters<typeof whichOf>[1]

const nothing: PlanFlags = {
  concurrency: 10, 'drain-timeout': 600, 'ignore-one-off': false, 'no-consumers': false, 'no-discover': false, 'outgoing-token-stdin': false, timeout: 600,
}
const which = (changes: Partial<Given>, id?: string) => whichOf(id, {...nothing, all: false, due: false, ...changes})

describe('whichOf', function () {
  it('is one credential where nothing else was said', function () {
    expect(which({description: 'example-token', file: 'rotation.yml'})).to.equal(null)
  })

  it('is all of the file, or those that are due', function () {
    expect(which({all: true, 'allow-straggler': ['example-app'], file: 'rotation.yml'})).to.equal('all')
    expect(which({due: true, file: 'rotation.yml', within: '14d'})).to.equal('due')
  })

  const ofOne: Partial<Given>[] = [
    {app: ['example-app']}, {canary: ['example-app']}, {description: 'example-token'}, {'expires-in': 60}, {github: ['example/app']}, {infisical: 'example/prod'},
    {'no-consumers': true}, {'outgoing-token-stdin': true}, {scope: 'global'},
  ]
  for (const flag of ofOne) {
    const [name = ''] = Object.keys(flag)
    it(`takes no --${name} for several`, function () {
      for (const word of ['all', 'due'] as const) {
        expect(() => which({...flag, file: 'rotation.yml', [word]: true})).to.throw(`--${word} and --${name} cannot be combined.`)
      }
    })
  }

  it('takes no canary in place, where everything is written at once', function () {
    expect(inPlaceFlag()['in-place'].exclusive).to.include('canary')
  })

  it('takes no ID for several', function () {
    expect(() => which({all: true, file: 'rotation.yml'}, '01234567')).to.throw('--all and the ID 01234567 cannot be combined')
  })

  it('is not both, is not without a file, and looks ahead only for what is due', function () {
    expect(() => which({all: true, due: true, file: 'rotation.yml'})).to.throw('--all and --due cannot be combined').with.deep.property('next', ['Leave out --all, or --due.'])
    expect(() => which({all: true})).to.throw('--all needs --file.')
    expect(() => which({file: 'rotation.yml', within: '14d'})).to.throw('--within needs --due.').with.deep.property('next', ['--due'])
    expect(() => which({all: true, due: true, file: 'rotation.yml'})).to.throw('--all and --due cannot be combined').with.deep.property('next', ['Leave out --all, or --due.'])
  })
})
