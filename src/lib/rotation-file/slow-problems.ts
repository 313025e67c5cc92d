import {type Document, isScalar, visit} from 'yaml'

type Found = {message: string; offset: number}

/**
 * Finds keys that stand twice and aliases of nothing. The parser finds them as well, and compares each with all before it,
 * which takes a minute for 50,000.
 */
export function slowProblems(document: Document): Found[] {
  const found: Found[] = []
  const anchors = new Set<string | undefined>()
  visit(document, {
    Alias(_, {range, source}) {
      if (!anchors.has(source)) found.push({message: `no &${source} comes before *${source}`, offset: range?.[0] ?? 0})
    },
    Map(_, {anchor, items}) {
      anchors.add(anchor)
      const known = new Set<unknown>()
      for (const {key} of items) {
        if (!isScalar(key)) continue
        if (known.has(key.value)) found.push({message: 'this key is here twice', offset: key.range?.[0] ?? 0})
        known.add(key.value)
      }
    },
    Scalar(_, {anchor}) {
      anchors.add(anchor)
    },
    Seq(_, {anchor}) {
      anchors.add(anchor)
    },
  })
  return found
}
