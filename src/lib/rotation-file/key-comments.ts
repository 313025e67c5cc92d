const BEHIND_KEY = /^(?<key>[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s"'#-][^"'#\n]*):)(?<comment>[ \t]+#[^\r\n]*)\r?$/gm

/** Puts comments back behind the keys where they stood: the writer of the YAML moves them to lines of their own. */
export function withKeyComments(before: string, written: string): string {
  let text = written
  for (const {groups: {comment = '', key = ''} = {}} of before.matchAll(BEHIND_KEY)) {
    const moved = new RegExp(`^${escaped(key)}\\r?\\n[ \\t]+${escaped(comment.trim())}[ \\t]*\\r?$`, 'm')
    text = text.replace(moved, () => `${key}${comment}`)
  }

  return text
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
