import {type Document, isScalar, visit, type YAMLError} from 'yaml'

/** In the words of a person who edits a file; the parser's own words may quote what stands there. */
const words: Record<YAMLError['code'], string> = {
  ALIAS_PROPS: 'an alias cannot have a tag or an anchor',
  BAD_ALIAS: 'text that begins with * or & has to be in quotes',
  BAD_COLLECTION_TYPE: 'this tag does not go with a list or a mapping',
  BAD_DIRECTIVE: 'a line that begins with % has to be in quotes',
  BAD_DQ_ESCAPE: String.raw`a \ in double quotes begins an escape, and there is no such escape: use single quotes`,
  BAD_INDENT: 'this line is not indented as the lines around it are',
  BAD_PROP_ORDER: 'a tag or an anchor stands in the wrong place',
  BAD_SCALAR_START: 'text that begins with this character has to be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'this line has a second colon: put the text behind the first one in quotes',
  BLOCK_IN_FLOW: 'within braces or brackets, entries stand between commas and not on lines of their own',
  DUPLICATE_KEY: 'this key is here twice',
  IMPOSSIBLE: 'this is no YAML',
  KEY_OVER_1024_CHARS: 'this key is longer than 1024 characters',
  MISSING_CHAR: 'something is missing here, such as a quote, a comma, or a colon with a space after it',
  MULTILINE_IMPLICIT_KEY: 'a colon with a space after it is missing on this line, or a quote is not closed',
  MULTIPLE_ANCHORS: 'there are two anchors here',
  MULTIPLE_DOCS: 'a line of --- begins a second document, and a rotation file is one',
  MULTIPLE_TAGS: 'there are two tags here',
  NON_STRING_KEY: 'a key has to be text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply, or has too many aliases',
  TAB_AS_INDENT: 'a tab cannot indent a line: use spaces',
  TAG_RESOLVE_FAILED: 'text that begins with ! has to be in quotes',
  UNEXPECTED_TOKEN: 'this does not belong here: a quote, a brace, a bracket or a colon may be missing before it',
}

/** The parser reports an open brace with the code of what it finds next. */
export function syntaxWords({code, message}: YAMLError): string {
  const [, end] = /end with a ([\]}])$/.exec(message) ?? []
  if (end !== undefined) return `a ${end} is missing here or before`
  if (message.startsWith('Missing closing')) return 'a quote is opened and not closed'
  return words[code]
}

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
      if (!anchors.has(source)) found.push({message: 'text that begins with * is an alias of what stands above, and nothing above has this name: put it in quotes', offset: range?.[0] ?? 0})
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
