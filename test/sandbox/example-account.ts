import {type SandboxOptions, tokenOf} from './options.js'

/** The account that `npm run sandbox` and the demo begin with. */
export const exampleAccount: SandboxOptions = {
  apps: [
    {config: {HEROKU_API_KEY: tokenOf('example-platform-token'), RAILS_ENV: 'staging'}, dynos: {web: 1}, name: 'example-app-staging'},
    {
      config: {HEROKU_API_KEY: tokenOf('example-platform-token'), RAILS_ENV: 'production'},
      dynos: {web: 2, worker: 1},
      name: 'example-app',
      releasePhaseMs: 4000,
    },
    {config: {HEROKU_API_KEY: tokenOf('example-platform-token')}, name: 'example-console'},
  ],
  authorizations: [{description: 'example-platform-token'}],
}
