import {MANY} from './poll.js'

/** How a rotation spends API calls on each app. */
export type CallStrategy = {
  /** Ask each app for preboot; otherwise the longest grace is assumed. */
  asksForPreboot: boolean
  /** Ask for the release that a write made; otherwise the dynos show it. */
  asksForRelease: boolean
  /** Calls of an app after the plan, beside the polls for its dynos and what its log costs. */
  callsEach: number
  /** Read each app again right before the revoke; otherwise its two newest releases prove that nothing has changed since the write. */
  readsAgain: boolean
  /** See old dynos end in the app's log; otherwise the longest time that they may run is waited. */
  watchesLogs: boolean
}

/** PATCH, and before the revoke the release and the config vars. */
export const plain: CallStrategy = {asksForPreboot: true, asksForRelease: true, callsEach: 3, readsAgain: true, watchesLogs: true}

/** PATCH, and before the revoke the releases. The wait for the slowest app is short beside the rest of such a rotation. */
export const sparing: CallStrategy = {asksForPreboot: false, asksForRelease: false, callsEach: 2, readsAgain: false, watchesLogs: false}

/** An account has by itself no more calls than the plain strategy takes for so many apps. */
export const strategyFor = (apps: number): CallStrategy => (apps > MANY ? sparing : plain)
