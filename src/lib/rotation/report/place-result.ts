import type {Unread} from '../../inventory/scan.js'

type Issue = {description: string; id: string}

/** An authorization in the documents of `discover --json` and `verify --json`. */
export const issueOf = ({description, id}: Issue): Issue => ({description, id})

/** `authorization` is null where the token is of no listed one, or could be of several. */
export function keyResult<Holds>({isWhole, key, owner}: {isWhole: boolean; key: string; owner: {authorization?: Issue; is: Holds}}) {
  return {authorization: owner.authorization ? issueOf(owner.authorization) : null, holds: owner.is, key, whole: isWhole}
}

export const unreadable = ({keys, name, why}: Unread) => ({keys: [...keys], place: name, reason: why})
