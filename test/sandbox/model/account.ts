import type {AccountSpec} from '../options.js'

export type Account = {
  createdAt: number
  email: string
  federated: boolean
  id: string
  identityProviderId: string
  name: string | null
  twoFactor: boolean
  twoFactorCode: string
}

export function makeAccount(spec: AccountSpec, id: string, identityProviderId: string, createdAt: number): Account {
  return {
    createdAt,
    email: spec.email ?? 'operator@example.com',
    federated: spec.federated ?? false,
    id,
    identityProviderId,
    name: spec.name ?? 'Example Operator',
    twoFactor: spec.twoFactor ?? false,
    twoFactorCode: spec.twoFactorCode ?? '123456',
  }
}
