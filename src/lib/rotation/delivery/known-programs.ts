import type {Context} from '../../context.js'
import {heroku, refused, RotationError, todo, toResume} from '../../errors.js'
import {reachesOf} from '../../rotation-file/reaches.js'
import {programsOf, trustedFiles} from '../../rotation-file/trust.js'
import {typed} from '../../text/shell-quote.js'

/** `rotation` is null while it is planned. */
type Known = Parameters<typeof reachesOf>[0] & {programs?: readonly string[] | undefined; rotation: null | string}

/** A rotation may stay open for days, and its programs get a token: one that has changed since somebody saw it is not started. */
export function startingKnown(context: Context, known: Known): Context {
  const {programs, rotation} = known
  if (!programs) return context
  const {outside} = context
  const reaches = reachesOf(known)
  const own = new Set(reaches.flatMap(({reach}) => ('command' in reach ? [typed(...reach.command)] : [])))
  return {
    ...context,
    outside: {
      ...outside,
      async run(command, options) {
        const now = own.has(typed(...command)) ? await programsOf(reaches, process.cwd(), [command]) : []
        if (!now.every(digest => programs.includes(digest))) {
          const trusted = new Set((await trustedFiles(context)).flatMap(file => file.programs ?? []))
          if (!now.every(digest => trusted.has(digest))) throw rotation === null ? changedBefore() : changed(typed(...command), rotation)
        }

        return outside.run(command, options)
      },
    },
  }
}

export const changedBefore = () => refused('ROTATE_UNTRUSTED', 'A program of the rotation file, or a script that it names, has changed since the file was read for this command. It got no token.', [
  heroku('authorizations:rotate:trust'),
])

function changed(command: string, rotation: string): RotationError {
  return new RotationError('ROTATE_UNTRUSTED', `${command}: the program, or a script that it names, is not the one that you saw when the rotation began. It was not started, and got no token.`, {
    next: [
      todo('Run the command from the same directory as before.'),
      todo('Or look at what has changed, and trust the rotation file again: heroku authorizations:rotate:trust FILE'),
      toResume(rotation),
    ],
  })
}
