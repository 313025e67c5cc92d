import {expect} from 'chai'
import {readFileSync} from 'node:fs'

import {consumerKinds} from '../../src/lib/consumers/registry.js'

describe('the contract of the adapters', function () {
  for (const kind of consumerKinds.keys()) {
    it(`is run over ${kind}`, function () {
      const text = readFileSync(new URL(`${kind}.test.ts`, import.meta.url), 'utf8')
      expect(text).to.include('adapterContract(').and.to.include(`kind: '${kind}'`)
    })
  }
})
