import {createHash} from 'node:crypto'

/** Shaped like a token of Heroku's; the same one for the same seed. */
export function sampleToken(seed: string): string {
  return ['HRKU', createHash('sha256').update(seed).digest('base64url')].join('-')
}
