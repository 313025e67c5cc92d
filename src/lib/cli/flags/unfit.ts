import {refused, todo} from '../../errors.js'
import {looksLikeToken} from '../../secrecy/shapes.js'
import {hasHidden, visible} from '../../text/shown.js'

/** Refuses a word of the command line that no name has; a token that was typed where a name belongs is not repeated. */
export function refuseUnfit(word: string, before = ''): void {
  const at = /^(--[\w-]+)(?:=|$)/.exec(word)?.[1] ?? (before.startsWith('-') ? before : 'the command line')
  const token = looksLikeToken(word)
  if (token) {
    throw refused('ROTATE_USAGE', `You typed something for ${visible(at)} that looks like ${token.what}. It is not repeated here.`, [
      todo('Type the ID of the authorization, its description, or the name of an app. Your shell keeps the token in its history: rotate that token too.'),
    ])
  }

  if (hasHidden(word)) throw refused('ROTATE_USAGE', `${visible(at)} has an invisible character in it: ${visible(word)}`, todo('Type it without that character.'))
}
