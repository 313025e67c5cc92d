import type {Rotation} from './rotation.js'

/** What cannot be given back must not keep the rotation from going on: both directions stay open. */
export async function turnForward(rotation: Rotation): Promise<void> {
  // Forward it is written again; and what is given back after that is given back from the start.
  const undone = ['undo store', 'undo fanout'].filter(name => rotation.state.phases.get(name)?.status === 'finished')
  for (const name of ['store', 'fanout', ...undone]) {
    await rotation.record({code: 'ROTATE_TURNED', message: 'turned forward again', name, status: 'failed', type: 'phase'})
  }

  await rotation.record({direction: 'forward', type: 'turned'})
}
