import {expectNone} from './failures.js'
import {openStage} from './in-process.js'
import {brokenInWorld, brokenOnDisk, stateOf} from './laws.js'
import {consumers, credential} from './scene.js'
import {isWhole, ofWhole} from './whole.js'

type Hand = {app: string; problems: string[]; request: number; stopped: boolean}

/** Somebody gives one app the outgoing token back by hand, right before a request of the rotation. */
async function meddle(app: string, request: number): Promise<Hand> {
  const stage = openStage()
  const {files, sandbox} = stage
  const was = stateOf(sandbox)
  const token = was.configs.get(app)?.['HEROKU_API_KEY'] ?? ''
  sandbox.faults.armRaw(({n}) => {
    if (n === request) sandbox.world.setConfig(app, {HEROKU_API_KEY: token})
    return undefined
  })
  let {exit} = await stage.run('rotate')
  const stopped = exit !== 0
  for (let again = 0; exit === 3 && again < 3; again++) ({exit} = await stage.run('resume'))
  const problems = exit === 0 ? [] : [`exit code ${exit}, ${stage.runs.map(({code}) => code).join(', ')}`]
  return {app, problems: [...problems, ...brokenInWorld(sandbox, was, 'completed'), ...brokenOnDisk(files, sandbox)], request, stopped}
}

/** The first request of the pivot's own look at the world: what comes after it cannot be seen any more. */
async function lastLook(): Promise<number> {
  const stage = openStage()
  await stage.run('rotate')
  const {log} = stage.sandbox
  const pivot = log.findIndex(({method}) => method === 'DELETE')
  const scan = log.slice(0, pivot).findLastIndex(({path}) => path === '/apps')
  return log.slice(scan, pivot).find(({as}) => as.startsWith(`${credential}-`))?.n ?? 0
}

/** Somebody revokes the outgoing authorization while the rotation is stopped in its second wave. */
async function revokeByHand(then: 'resume' | 'rollback'): Promise<string[]> {
  const stage = openStage()
  const {files, sandbox} = stage
  const was = stateOf(sandbox)
  const armed = sandbox.faults.arm({kind: '503', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}, times: Infinity})
  await stage.run('rotate')
  armed.disarm()
  const outgoing = sandbox.world.authorization(credential)
  if (outgoing) sandbox.world.revoke(outgoing)
  const hurt = sandbox.world.violations.length
  const {code, exit} = await stage.run(then)
  // Dynos that were told to stop already are the fault of who revoked it.
  const worse = sandbox.world.violations.slice(hurt).filter(({consumer, kind}) => kind === 'config' && !consumer.startsWith('example-console'))
  const problems = worse.map(({consumer, detail}) => `${consumer}: ${detail}`)
  if (then === 'rollback' && exit === 0) problems.push('it is rolled back to a dead token')
  if (exit !== 0) await stage.run('resume')
  const ends = [...brokenInWorld(sandbox, was, 'completed'), ...brokenOnDisk(files, sandbox)]
  return [...problems, ...ends.filter(problem => !problem.startsWith('locked out'))].map(problem => `${then} (${code ?? 'ok'}): ${problem}`)
}

describe('a rotation whose outgoing authorization somebody revokes meanwhile', function () {
  this.timeout(20_000)

  it('is not rolled back to a dead token, and goes on with resume', async () => expectNone(await revokeByHand('rollback'), 1))

  it('goes on with resume', async () => expectNone(await revokeByHand('resume'), 1))
})

describe('an app that somebody gives the outgoing token back while it is rotated', function () {
  this.timeout(300_000)

  it('is never locked out, and holds the incoming token in the end', async function () {
    const until = await lastLook()
    const hands: Hand[] = []
    for (const {app} of consumers) {
      for (let request = 1; request <= until; request += isWhole ? 1 : 3) hands.push(await meddle(app, request))
    }

    console.log(`      meddling: ${ofWhole(import.meta.url, hands.length, until * consumers.length)}, ${hands.filter(({stopped}) => stopped).length} of them stopped the rotation`)
    expectNone(hands.flatMap(({app, problems, request}) => (problems.length === 0 ? [] : [`${app} before request ${request}: ${problems.join('; ')}`])), hands.length)
  })
})
