import {flags} from '@heroku-cli/command'
import {text} from 'node:stream/consumers'
import {refused, todo} from '../../errors.js'
import {Secret} from '../../secrecy/secret.js'
import {apps} from './completions.js'

export const outgoingTokenFlag = {
  'outgoing-token-stdin': flags.boolean({default: false, description: 'read the old token from stdin, if Heroku shows too little to recognize it', helpGroup: 'WHAT TO ROTATE'}),
}

export const stragglerFlags = {
  'allow-straggler': flags.string({completion: apps, description: 'app that keeps the old token and stops working', helpGroup: 'SAFETY', helpValue: 'APP', multiple: true}),
  'allow-unread': flags.string({
    completion: apps,
    description: 'app or PIPELINE/STAGE that cannot be checked; it stops working if it uses the token',
    helpGroup: 'SAFETY',
    helpValue: 'APP',
    multiple: true,
  }),
  'no-discover': flags.boolean({default: false, description: 'do not look for other apps that use the token', helpGroup: 'SAFETY'}),
}

/** Stdin is the only way to hand over a token: a command line would show the token to everybody on the machine. */
export async function outgoingTokenFrom(stdin: NodeJS.ReadStream, isAnnounced: boolean): Promise<null | Secret> {
  if (!isAnnounced) return null
  if (stdin.isTTY) {
    const next = todo('infisical secrets get HEROKU_API_KEY --plain | heroku authorizations:rotate:discover --outgoing-token-stdin --description example-token')
    throw refused('ROTATE_STDIN', 'The old token comes on stdin, but stdin is a terminal, which would show it.', next)
  }

  const token = (await text(stdin)).trim()
  if (token === '' || /\s/.test(token)) throw refused('ROTATE_STDIN', 'There is not exactly one token on stdin.', todo('Put the token and nothing else on stdin.'))
  return new Secret(token)
}
