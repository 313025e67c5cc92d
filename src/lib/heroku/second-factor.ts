import type {Secret} from '../secrecy/secret.js'
import type {CallRequest, CallResponse, Transport} from './transport.js'
import {RotationError, todo} from '../errors.js'
import {isPlatformError, type PlatformError} from './platform-error.js'

export type SecondFactor = ReturnType<typeof secondFactor>

/** `app` is null where the account itself asks; `isAgain` is true after a code that Heroku did not accept. */
export type AskSecondFactor = (app: null | string, isAgain: boolean) => Promise<string>

const TRIES = 3

/** `given` counts pre-authorizations, which expire; null while the person is asked. */
type Preauthorization = {asked: Promise<void>; given: null | number}

/**
 * Pre-authorizes an app that asks for the second factor, so that parallel calls ask the person once; a challenge without an app
 * is answered by repeating the call with the code.
 */
export function secondFactor(transport: Transport, ask: AskSecondFactor) {
  const preauthorized = new Map<string, Preauthorization>()
  let asking: Promise<unknown> = Promise.resolve()
  let given = 0

  // Two prompts on one terminal would mix what the person types.
  function codeFor(app: null | string, isAgain: boolean): Promise<string> {
    const next = asking.then(async () => {
      try {
        return await ask(app, isAgain)
      } catch (error) {
        // Ctrl-C at the question is an interrupt.
        if (error instanceof RotationError || (error instanceof Error && error.name === 'ExitPromptError')) throw error
        throw new RotationError('ROTATE_TWO_FACTOR', 'Heroku asks for a two-factor code, and there is no terminal to ask you on.', {
          next: todo('Run the command on a terminal, or set HEROKU_API_KEY to the token of an authorization, which needs no code.'),
        })
      }
    })
    asking = next.catch(() => {})
    return next
  }

  async function untilAccepted<T>(app: null | string, use: (code: string) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const code = await codeFor(app, tries > 1)
      try {
        return await use(code)
      } catch (error) {
        if (!isChallenge(error) || tries >= TRIES) throw error
      }
    }
  }

  /** `before` is the count when the call was sent: a later pre-authorization answers its challenge. */
  function preauthorize(app: string, token: Secret, before: number): Promise<void> {
    const key = `${token.fingerprint} ${app}`
    const earlier = preauthorized.get(key)
    if (earlier && (earlier.given === null || earlier.given > before)) return earlier.asked
    const asked = untilAccepted(app, code =>
      transport.send({
        headers: {'heroku-two-factor-code': code},
        method: 'PUT',
        path: `/apps/${encodeURIComponent(app)}/pre-authorizations`,
        repeatable: true,
        token,
      })).then(() => {
      entry.given = ++given
    })
    const entry: Preauthorization = {asked, given: null}
    preauthorized.set(key, entry)
    // A wrong code must not answer for the next call.
    asked.catch(() => preauthorized.delete(key))
    return asked
  }

  return {
    async send(request: CallRequest): Promise<CallResponse> {
      const before = given
      try {
        return await transport.send(request)
      } catch (error) {
        if (!isChallenge(error)) throw error
        if (error.app === undefined) return untilAccepted(null, code => transport.send({...request, headers: {...request.headers, 'heroku-two-factor-code': code}}))
        await preauthorize(error.app, request.token, before)
        return transport.send(request)
      }
    },
    transport,
  }
}

const isChallenge = (error: unknown): error is PlatformError => isPlatformError(error, 403) && error.id === 'two_factor'
