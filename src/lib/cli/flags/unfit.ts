import {refused, todo} from '../../errors.js'
import {looksLikeToken} from '../../secrecy/shapes.js'
import {hasHidden, visible} from '../../text/shown.js'

/** Refuses a word of the command line that no name has; a token that was typed where a name belongs is not repeated. */
export function refuseUnfit(word: string, before = ''): void {
  const at = /^(--[\w-]+)(?:=|$)/.exec(word)?.[1] ?? (before.startsWith('-') ? before : 'the command line')
  const token = looksLikeToken(word)
  if (token) {
    throw refused('ROTATE_USAGE', `What was typed for ${visible(at)} looks like ${token.what}; no name is one, and it is not repeated here.`, [
      todo('Type the ID of the authorization, its description, or the name of an app. The shell keeps what was typed in its history: that token is best rotated.'),
    ])
  }

  if (hasHidden(word)) throw refused('ROTATE_USAGE', `${visible(at)} has a character in it that cannot be seen: ${visible(word)}`, todo('Type it without that character.'))
}
