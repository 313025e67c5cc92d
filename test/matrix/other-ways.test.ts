import {expect} from 'chai'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'

import type {Ran} from '../support/cli-process.js'

import {type AppSpec, tokenOf} from '../sandbox/sandbox.js'
import {consumers as consumersOf, held, names} from '../support/several.js'
import {until} from '../support/until.js'
import {expectNone} from './failures.js'
import {Files} from './files.js'
import {brokenInWorld, brokenOnDisk, brokenStory, readableTokens, stateOf} from './laws.js'
import {deathAt} from './points.js'
import {pooled} from './pool.js'
import {type Death, openScene, rotateCommand, type Scene, useOf, world} from './scene.js'
import {brokenIn} from './several-point.js'
import {isWhole, ofReal, sampledReal} from './whole.js'

type Way = {
  /** Goes on after a death, or takes back where that is wanted and possible; answers what is wrong then. */
  mend(back: boolean): Promise<string[]>
  rotate: readonly string[]
  scene: Scene
}

const codeOf = ({stderr}: Ran) => /Code: (ROTATE_\w+)/.exec(stderr)?.[1]
const resume = 'authorizations:rotate:resume'
const rollback = 'authorizations:rotate:rollback'

/** What goes on where it can, and else begins again. */
async function goesOn(scene: Scene, command: readonly string[], again: readonly string[]): Promise<string[]> {
  const ran = await scene.run(command)
  if (ran.exitCode === 0) return []
  if (codeOf(ran) === 'ROTATE_NONE') return (await scene.run(again)).exitCode === 0 ? [] : ['begun again, it fails']
  return [`${command.join(' ')} exits with ${ran.exitCode}, ${codeOf(ran)}`]
}

async function inPlace(): Promise<Way> {
  const scene = await openScene()
  const {home, sandbox} = scene
  const was = {...stateOf(sandbox), inPlace: true}
  const rotate = [...rotateCommand().filter((word, index, all) => word !== '--drain' && all[index - 1] !== '--drain').map(word => (word === '--canary' ? '--app' : word)), '--in-place']
  return {
    async mend(back) {
      const isOver = Files.at(home).outcomes.includes('completed')
      const taken = back ? codeOf(await scene.run([rollback])) : undefined
      const isUnknown = ![undefined, 'ROTATE_NONE', 'ROTATE_TOO_LATE'].includes(taken)
      const isBack = back && taken === undefined
      const stuck = isOver || isBack ? [] : await goesOn(scene, [resume], rotate)
      // Nothing waits for old dynos in place: they hold a token that is dead, and end with their grace.
      const {apps} = sandbox.world
      await until(() => apps.every(app => app.runningDynos().every(({release}) => release.version === app.currentRelease.version)))
      return [
        ...(isUnknown ? [`rollback fails: ${taken}`] : []),
        ...stuck,
        // Consumers fail until they are written: that is what the person has agreed to.
        ...brokenInWorld(sandbox, was, isBack ? 'rolled-back' : 'completed').filter(problem => !problem.startsWith('locked out:')),
        ...(back ? [] : brokenStory(Files.at(home), 'completed')),
      ]
    },
    rotate,
    scene,
  }
}

const severalWorld = Object.entries(held).map(([name, keys]): AppSpec => {
  const [, example] = world.apps ?? []
  return {...example, config: Object.fromEntries(Object.entries(keys).map(([key, of]) => [key, tokenOf(of)])), dynos: {web: 1}, name}
})

/** `APP[:KEY,…][@WAVE]` as lines of a rotation file. */
const lineOf = (text: string) => {
  const [, app, keys = 'HEROKU_API_KEY', wave = '1'] = /^([\w-]+)(?::([\w,]+))?(?:@(\d))?$/.exec(text) ?? []
  return `      - {kind: heroku-config, app: ${app}, keys: [${keys}], wave: ${wave}}`
}

async function several(): Promise<Way> {
  const scene = await openScene({options: {apps: severalWorld, authorizations: names.map(description => ({description}))}})
  const {home, sandbox} = scene
  const file = join(home, 'rotation.yml')
  writeFileSync(file, ['version: 1', 'rotations:', ...names.flatMap(name => [`  ${name}:`, '    consumers:', ...(consumersOf[name] ?? []).map(text => lineOf(text))]), ''].join('\n'))
  const rotate = ['authorizations:rotate', '--file', file, '--all', '--drain', '3', '--confirm', 'all']
  return {
    async mend(back) {
      const taken = back ? codeOf(await scene.run([rollback, '--all'])) : undefined
      const isUnknown = ![undefined, 'ROTATE_NONE', 'ROTATE_TOO_LATE'].includes(taken)
      return [
        ...(isUnknown ? [`rollback --all fails: ${taken}`] : []),
        ...(back && taken === undefined ? [] : await goesOn(scene, [resume, '--all'], rotate)),
        ...brokenIn(sandbox, Files.at(home)),
      ]
    },
    rotate,
    scene,
  }
}

/*
 * The plugin's real process dies at a sample of places, as in the kill matrix; every one of them is run in virtual time by
 * in-place.test.ts and several.test.ts.
 */
for (const [name, open] of Object.entries({'of three tokens in one run': several, 'in place': inPlace})) {
  describe(`a rotation ${name}, its real process killed`, function () {
    this.timeout(isWhole ? 1_800_000 : 300_000)

    const points: Death[] = []
    let run = 0
    let whole = 0
    let unreached = 0

    before('counts the requests and fsyncs of a rotation that nothing disturbs', async function () {
      const {rotate, scene} = await open()
      try {
        const {exitCode, stderr} = await scene.run(rotate)
        if (exitCode !== 0) throw new Error(`the rotation that nothing disturbs fails:\n${stderr}`)
        const {log} = scene.sandbox
        const happy = {requests: log.map(entry => useOf(entry))}
        // Whatever changes something, and a sample of the rest.
        const step = isWhole ? 1 : 12
        const requests = log.flatMap(({method}, index) => (isWhole || method !== 'GET' || index % 30 === 0 ? [index + 1] : []))
        points.push(
          ...requests.flatMap(request => (['before', 'after'] as const).map(when => deathAt(happy, request, when))),
          ...scene.writes().map((_, index): Death => ({how: Math.floor(index / step) % 2 === 0 ? 'lost' : 'torn', write: 1 + index})).filter((_, index) => index % step === 0),
        )
      } finally {
        await scene.close()
      }
    })

    after('tells how many points were run', function () {
      console.log(`      the real process, ${name}: ${ofReal(import.meta.url, run, whole)}, ${unreached} not reached`)
    })

    async function holds(all: readonly Death[], back: boolean) {
      const chosen = sampledReal(2, all)
      whole += all.length
      const failures = await pooled(chosen, async death => {
        const {mend, rotate, scene} = await open()
        try {
          const {home, runs, sandbox} = scene
          const {signal} = await scene.run(rotate, {death})
          if (signal !== 'SIGKILL') unreached += 1
          const readable = readableTokens(Files.at(home), sandbox)
          const problems = [...readable, ...await mend(back), ...brokenOnDisk(Files.at(home), sandbox)]
          const said = runs.map(({stderr, stdout}) => stdout + stderr).join('')
          if (sandbox.world.scrub(said) !== said) problems.push('a token was printed')
          run += 1
          return problems.length === 0 ? [] : [`${JSON.stringify(death)}: ${problems.join('; ')}\n${sandbox.world.scrub(said)}`]
        } finally {
          await scene.close()
        }
      })
      expectNone(failures.flat(), chosen.length)
      // How often a release or dyno is asked for depends on timing, so that the last requests may not be made.
      expect(unreached, 'points that were not reached').to.be.at.most(Math.ceil(run * 0.2))
    }

    it('ends well with resume', () => holds(points.filter((_, index) => index % 3 !== 0), false))

    it('ends well with rollback, or with resume where it is too late', () => holds(points.filter((_, index) => index % 3 === 0), true))
  })
}
