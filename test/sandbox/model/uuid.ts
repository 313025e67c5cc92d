import {createHash} from 'node:crypto'

export function uuidFrom(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The same id for the same name, in every world. */
export function fixedId(name: string): string {
  return uuidFrom(createHash('sha256').update(name).digest('hex'))
}
