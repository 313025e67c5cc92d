import {Terminal} from '@xterm/headless'

export type Emulator = {
  /** All rows that a person could have read, those above the screen included. */
  lines(): string[]
  write(text: string): Promise<void>
}

/** A real terminal without a window. */
export function emulator(columns: number, rows: number): Emulator {
  const terminal = new Terminal({allowProposedApi: true, cols: columns, convertEol: true, rows, scrollback: 1000})
  return {
    lines() {
      const {active} = terminal.buffer
      const all = Array.from({length: active.length}, (_, at) => active.getLine(at)?.translateToString(true) ?? '')
      return all.slice(0, 1 + all.findLastIndex(line => line !== ''))
    },
    write: text => new Promise(resolve => {
      terminal.write(text, resolve)
    }),
  }
}
