import {flags} from '@heroku-cli/command'
import {text} from 'node:stream/consumers'
import {refused, todo} from '../../errors.js'
import {Secret} from '../../secrecy/secret.js'

export const outgoingTokenFlag = {
  'outgoing-token-stdin': flags.boolean({default: false, description: 'read the old token from stdin, to tell it from others that look like it'}),
}

export const stragglerFlags = {
  'allow-straggler': flags.string({description: 'app that may keep the old token, which stops working', helpValue: 'APP', multiple: true}),
  'allow-unread': flags.string({description: 'app, or PIPELINE/STAGE, that cannot be read and may hold the old token unseen', helpValue: 'APP', multiple: true}),
  'no-discover': flags.boolean({default: false, description: 'do not look for other apps that hold the old token'}),
}

/** Stdin is the only way to hand over a token: a command line would show the token to everybody on the machine. */
export async function outgoingTokenFrom(stdin: NodeJS.ReadStream, isAnnounced: boolean): Promise<null | Secret> {
  if (!isAnnounced) return null
  if (stdin.isTTY) {
    const next = todo('infisical secrets get HEROKU_API_KEY --plain | heroku authorizations:rotate:discover --outgoing-token-stdin --description example-token')
    throw refused('ROTATE_STDIN', 'The old token is read from stdin, and stdin is a terminal that would show it.', next)
  }

  const token = (await text(stdin)).trim()
  if (token === '' || /\s/.test(token)) throw refused('ROTATE_STDIN', 'What came in on stdin is not one token.', todo('Put the token and nothing else on stdin.'))
  return new Secret(token)
}
