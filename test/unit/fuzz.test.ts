import {targets} from '../fuzz/targets.js'

const CASES = 200
const SEED = 20_260_115

describe(`${CASES} generated cases, which npm run fuzz has 100,000 of`, function () {
  this.timeout(30_000)

  for (const {check, name} of targets) {
    it(`${name}: neither crash, hang, leak nor change what they must not`, async function () {
      await check({cases: CASES, seed: SEED})
    })
  }
})
