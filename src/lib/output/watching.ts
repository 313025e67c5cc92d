import {createLogUpdate} from 'log-update'
import {isScreen} from './progress/progress-on.js'

type Stream = NodeJS.WriteStream

/** Writes a text over the one before where the terminal can; elsewhere only a text that differs, below the one before. */
export function watching(stream: Stream, env: NodeJS.ProcessEnv): {done(): void; show(text: string): void} {
  if (!isScreen(stream, env)) {
    let last = ''
    return {
      done() {},
      show(text) {
        if (text !== last) stream.write(text)
        last = text
      },
    }
  }

  const update = createLogUpdate(stream)
  return {
    done: () => update.done(),
    show(text) {
      update.clear()
      update(text)
    },
  }
}
