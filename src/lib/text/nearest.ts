export function nearest(name: string, known: Iterable<string>): null | string {
  const ranked = [...known].map(candidate => ({candidate, far: distance(name, candidate)})).sort((a, b) => a.far - b.far)
  const [best] = ranked
  return best && best.far <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : null
}

// Levenshtein, one row at a time.
function distance(one: string, other: string): number {
  let row = Array.from({length: other.length + 1}, (_, index) => index)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === against ? 0 : 1)))
    }

    row = next
  }

  return row.at(-1) ?? 0
}
