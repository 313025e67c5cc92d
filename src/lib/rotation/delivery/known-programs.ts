import type {Context} from '../../context.js'
import type {Plan} from '../planning/plan.js'
import {RotationError, todo, toResume} from '../../errors.js'
import {reachesOf} from '../../rotation-file/reaches.js'
import {programsOf, trustedFiles} from '../../rotation-file/trust.js'
import {typed} from '../../text/shell-quote.js'

/** A rotation may stay open for days, and its programs get a token: one that has changed since the plan is not started. */
export function startingKnown(context: Context, plan: Plan): Context {
  const {programs, rotation} = plan
  if (!programs) return context
  const {outside} = context
  const reaches = reachesOf(plan)
  const own = new Set(reaches.flatMap(({reach}) => ('command' in reach ? [typed(...reach.command)] : [])))
  return {
    ...context,
    outside: {
      ...outside,
      async run(command, options) {
        const now = own.has(typed(...command)) ? await programsOf(reaches, process.cwd(), [command]) : []
        if (!now.every(digest => programs.includes(digest))) {
          const trusted = new Set((await trustedFiles(context)).flatMap(file => file.programs ?? []))
          if (!now.every(digest => trusted.has(digest))) throw changed(typed(...command), rotation)
        }

        return outside.run(command, options)
      },
    },
  }
}

function changed(command: string, rotation: string): RotationError {
  return new RotationError('ROTATE_UNTRUSTED', `${command}: the program, or a script that it names, is not the one that you saw when the rotation began. It was not started, and got no token.`, {
    next: [
      todo('Run the command from the same directory as before.'),
      todo('Or look at what has changed, and trust the rotation file again: heroku authorizations:rotate:trust FILE'),
      toResume(rotation),
    ],
  })
}
