/** The scopes that Heroku documents. An authorization may have others, which are kept as they are. */
export const scopes = ['global', 'identity', 'read', 'write', 'read-protected', 'write-protected'] as const

const documented: ReadonlySet<string> = new Set(scopes)

export const isScope = (name: string): boolean => documented.has(name)

/** Scopes that grant a read, after the articles of their designer; unknown scopes grant nothing. */
const readsConfig = new Set(['global', 'read-protected', 'write-protected'])
const readsApps = new Set([...readsConfig, 'read', 'write'])
const readsAccount = new Set(['global', 'identity'])

const any = (scope: readonly string[], granting: ReadonlySet<string>) => scope.some(name => granting.has(name))

export const canReadAccount = (scope: readonly string[]): boolean => any(scope, readsAccount)
export const canReadApps = (scope: readonly string[]): boolean => any(scope, readsApps)
export const canReadConfig = (scope: readonly string[]): boolean => any(scope, readsConfig)
export const canManageAuthorizations = (scope: readonly string[]): boolean => scope.includes('global')

export function sameScope(one: readonly string[], other: readonly string[]): boolean {
  const wanted = new Set(other)
  return new Set(one).size === wanted.size && one.every(name => wanted.has(name))
}
