import {createHash} from 'node:crypto'

export function entityTag(body: string): string {
  return `W/"${createHash('md5').update(body).digest('hex')}"`
}
