import type {Survey} from './survey.js'

/**
 * A global token may do everything on the account, and nothing shows what its holders call: where a scope was not
 * chosen, the plan says which narrower one to try, and how it shows whether that is enough. A token that revokes
 * itself has to be global.
 */
export function scopeAdvice({outgoing, sessionIsOutgoing}: Pick<Survey, 'outgoing' | 'sessionIsOutgoing'>, asked: readonly string[] | undefined, probes: number): string[] {
  if (asked !== undefined || sessionIsOutgoing || !outgoing.scope.includes('global')) return []
  const proof = probes > 0 ? 'the probes prove that it is enough' : 'a probe of what the consumers do would prove that it is enough'
  return [
    [
      'scope global also allows to change the account and its authorizations; where the consumers only work on apps and their config vars,',
      '--scope write-protected is enough, and read-protected where they only read. What they call cannot be seen: validate tries the scope,',
      proof,
    ].join(' '),
  ]
}
