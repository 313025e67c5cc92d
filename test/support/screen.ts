/**
 * What a terminal of that width shows after `received`: enough of a VT100 for progress lines and prompts.
 *
 * Rows that scrolled out of view are kept, so the text is all that a person could have read.
 */
export function renderScreen(received: string, columns: number): string {
  const rows: string[][] = [[]]
  let x = 0
  let y = 0

  const row = (index: number) => {
    while (rows.length <= index) rows.push([])
    return rows[index] ?? []
  }

  const put = (character: string) => {
    if (x >= columns) {
      x = 0
      y++
    }

    const cells = row(y)
    while (cells.length < x) cells.push(' ')
    cells[x] = character
    x++
  }

  const control: Record<string, (amount: number, given: number) => void> = {
    A(amount) {
      y = Math.max(0, y - amount)
    },
    B(amount) {
      y += amount
    },
    C(amount) {
      x = Math.min(columns - 1, x + amount)
    },
    D(amount) {
      x = Math.max(0, x - amount)
    },
    E(amount) {
      x = 0
      y += amount
    },
    F(amount) {
      x = 0
      y = Math.max(0, y - amount)
    },
    G(amount) {
      x = amount - 1
    },
    J(_, given) {
      if (given === 0) rows.splice(y + 1)
      if (given === 0) row(y).splice(x)
      if (given > 1) rows.splice(0)
    },
    K(_, given) {
      if (given === 0) row(y).splice(x)
      if (given === 1) row(y).fill(' ', 0, x + 1)
      if (given === 2) row(y).splice(0)
    },
  }

  // eslint-disable-next-line no-control-regex
  const sequences = /\u001B\[([\d;?<=>]*)[ -/]*([@-~])|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B[@-Z\\^_=>78]|[\s\S]/gu
  for (const [text, parameters = '', final] of received.matchAll(sequences)) {
    if (final) {
      const given = Number.parseInt(parameters, 10)
      control[final]?.(given || 1, given || 0)
    } else switch (text) {
    case '\n': {
      y++
      break
    }

    case '\r': {
      x = 0
      break
    }

    case '\b': {
      x = Math.max(0, x - 1)
      break
    }

    default: if (text >= ' ' && text !== '\u007F') put(text)
    }
  }

  return rows.map(cells => Array.from(cells, cell => cell ?? ' ').join('').trimEnd()).join('\n').trimEnd()
}
