import type {Overrides} from '../../../src/lib/rotation/state/journals.js'
/** Situations in which an app may be before or get while it is rotated, and how the rotation ends all the same. */
import type {AppSpec, Sandbox} from '../../sandbox/sandbox.js'

export const APP = 'example-app'

/** `by a person`: with what a person has to say first. `not`: that way is closed, and the other one is open. */
export type End = 'by a person' | 'by itself' | 'not'

/** The first is of an app that is not written yet, the second of one that is. */
type Ends = readonly [End, End]

export type Trouble = {
  app?: Omit<AppSpec, 'name'>
  back: Ends
  forward: Ends
  happens?(sandbox: Sandbox): void
  name: string
  /** Heroku's name of the app then; null where there is none. */
  now?: null | string
  /** Said with the command, once one without it has failed. */
  says?: Overrides
}

const alone: Pick<Trouble, 'back' | 'forward'> = {back: ['by itself', 'by itself'], forward: ['by itself', 'by itself']}

export const troubles: readonly Trouble[] = [
  {...alone, app: {crashed: ['worker'], dynos: {web: 1, worker: 1}}, name: 'has a worker that crashed before'},
  {...alone, forward: ['by a person', 'by itself'], happens: ({world}) => world.app(APP).become({crashes: true}), name: 'crashes from now on', says: {skipHealth: [APP]}},
  {
    app: {releasePhaseMs: 2000},
    back: ['by itself', 'by a person'],
    forward: ['not', 'by itself'],
    happens: ({world}) => world.app(APP).become({releasePhase: 'fails'}),
    name: 'fails its release phase from now on',
    says: {allowed: [APP]},
  },
  {...alone, happens: ({world}) => world.deleteApp(APP), name: 'is deleted', now: null},
  {...alone, happens: ({world}) => world.renameApp(APP, 'example-renamed'), name: 'is renamed', now: 'example-renamed'},
  {...alone, happens: ({world}) => world.transferApp(APP, 'example-team', 'full'), name: 'is moved to a team'},
  {
    back: ['by itself', 'by a person'],
    forward: ['by a person', 'by a person'],
    happens: ({world}) => world.transferApp(APP, 'example-team', 'none'),
    name: 'is moved to a team that lets nobody in',
    says: {allowedUnread: [APP]},
  },
  {
    back: ['by itself', 'by a person'],
    forward: ['by a person', 'by a person'],
    happens: ({world}) => world.transferApp(APP, 'example-team', 'view'),
    name: 'is moved to a team that hides its config vars',
    says: {allowedUnread: [APP]},
  },
  {
    back: ['by itself', 'by a person'],
    forward: ['by a person', 'by itself'],
    happens: ({world}) => world.transferApp(APP, 'example-team', 'read'),
    name: 'is moved to a team that lets nobody change it',
    says: {allowed: [APP]},
  },
  {
    back: ['by itself', 'by a person'],
    forward: ['by a person', 'by a person'],
    happens: ({faults}) => faults.armRaw(({path}) => (path === `/apps/${APP}/config-vars` ? {body: '{"id":"delinquent","message":"Its owner owes money."}', status: 402} : undefined)),
    name: 'has an owner who owes money',
    says: {allowedUnread: [APP]},
  },
  {
    ...alone,
    happens({world}) {
      world.app(APP).maintenance = true
    },
    name: 'is put into maintenance',
  },
  {...alone, happens: ({world}) => world.app(APP).scale('web', 0), name: 'is scaled to zero'},
]
