import type {Unread} from '../../inventory/scan.js'

/** An authorization in the documents of `discover --json` and `verify --json`. */
export type Issue = {description: string; id: string}

export type KeyResult<Holds> = {
  /** Null where the token is of no listed authorization, or could be of several. */
  authorization: Issue | null
  holds: Holds
  key: string
  whole: boolean
}

export type Unreadable = {keys: string[]; place: string; reason: string}

export const issueOf = ({description, id}: Issue): Issue => ({description, id})

export function keyResult<Holds>({isWhole, key, owner}: {isWhole: boolean; key: string; owner: {authorization?: Issue; is: Holds}}): KeyResult<Holds> {
  return {authorization: owner.authorization ? issueOf(owner.authorization) : null, holds: owner.is, key, whole: isWhole}
}

export const unreadable = ({keys, name, why}: Unread): Unreadable => ({keys: [...keys], place: name, reason: why})
