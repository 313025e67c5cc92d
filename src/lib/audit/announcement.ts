import * as z from 'zod'
import type {Reaches} from '../system/reach.js'
import {ascii, isSafe, withoutLogin} from '../http/address.js'
import {absolutePath, type Where} from '../system/paths.js'
import {locateProgram} from '../system/program.js'

const https = z.url('must be an https:// address').refine(...ascii).refine(...withoutLogin).refine(url => !URL.canParse(url) || isSafe(url), 'must be an https:// address')

const isPrivate = z.literal(true).optional()

export const announcementSchema = z.strictObject({
  /** Copies of the audit entry. */
  audit: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({kind: z.literal('webhook'), private: isPrivate, secretEnv: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable').optional(), url: https}),
      z.strictObject({kind: z.literal('file'), path: z.string().min(1)}),
      z.strictObject({kind: z.literal('command'), run: z.array(z.string()).min(1)}),
    ]),
  ),
  /** A line for people. */
  notify: z.array(z.strictObject({kind: z.literal('webhook'), private: isPrivate, url: https})),
})
export type Announcement = z.output<typeof announcementSchema>

export function locateAnnouncement({audit, notify}: Announcement, where: Where): Announcement {
  return {
    audit: audit.map(sink => {
      if (sink.kind === 'file') return {...sink, path: absolutePath(sink.path, where)}
      return sink.kind === 'command' ? {...sink, run: locateProgram(sink.run, where)} : sink
    }),
    notify,
  }
}

/** Receivers of what is told when a rotation has ended. */
export function reachOf({audit, notify}: Announcement): Reaches[] {
  return [
    ...audit.map((sink): Reaches => {
      if (sink.kind === 'command') return {by: 'audit', reach: {command: sink.run, does: 'tell the end', env: []}}
      if (sink.kind === 'file') return {by: 'audit', reach: {does: 'tell the end', path: sink.path}}
      return {by: 'audit', reach: {does: `tell the end${sink.secretEnv === undefined ? '' : `, signed with ${sink.secretEnv}`}`, url: withoutPath(sink.url)}}
    }),
    ...notify.map(({url}): Reaches => ({by: 'notify', reach: {does: 'tell the end', url: withoutPath(url)}})),
  ]
}

/** The rest of the address may let anybody post there. */
const withoutPath = (url: string) => `${new URL(url).origin}/…`
