import {fork} from 'node:child_process'

import {nodeOptions, runnable} from '../../support/compiled.js'

export type Failure = {law: string; seed: string; text: string}
type Wanted = {lanes: number; onFailure?(failure: Failure): void; runs: number; seed: string}
export type Work = {first: number; runs: number; seed: string; step: number}

const lane = runnable(new URL('lane.ts', import.meta.url))

/** Runs 1 to `runs` of a seed, in so many processes; what fails, one of each law shrunk to a trace. */
export async function inLanes({lanes, onFailure = () => {}, runs, seed}: Wanted): Promise<Failure[]> {
  const all = await Promise.all(Array.from({length: lanes}, (_, index) => inLane({first: index + 1, runs, seed, step: lanes}, onFailure)))
  return all.flat()
}

function inLane(work: Work, onFailure: (failure: Failure) => void): Promise<Failure[]> {
  return new Promise((resolve, reject) => {
    const failures: Failure[] = []
    const child = fork(lane, [JSON.stringify(work)], {execArgv: [...nodeOptions]})
    child.on('message', (failure: Failure) => {
      failures.push(failure)
      onFailure(failure)
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => (code === 0 ? resolve(failures) : reject(new Error(`a lane ended with ${signal ?? code}`))))
  })
}
