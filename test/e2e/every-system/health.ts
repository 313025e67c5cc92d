import {createServer} from 'node:http'

import type {World} from '../../sandbox/sandbox.js'

export type Health = {
  close(): Promise<void>
  /** Where the app is asked for its health. */
  urlOf(app: string): string
}

/** What the apps would say of themselves: whether Heroku takes the token that each has, and whose it is. */
export async function startHealth(world: World): Promise<Health> {
  const server = createServer(({url = '/'}, response) => {
    const {HEROKU_API_KEY: token = ''} = world.app(url.slice(1)).config
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({heroku_api: world.isLive(token) ? 'ok' : 'refused', issue: world.nameOf(token)}))
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the health server has no port')
  return {
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    },
    urlOf: app => `http://127.0.0.1:${address.port}/${app}`,
  }
}
