import {createServer} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {type Account, key} from './account.js'
import {settings} from './settings.js'

/** `<url>/<app>`: what an app says that asks Heroku with the token it was started with. */
export async function startHealthPages({sandbox: {world}}: Account): Promise<{close(): void; url: string}> {
  const server = createServer(async ({url = ''}, response) => {
    await sleep(settings.latencyMs)
    const dynos = world.findApp(url.slice(1))?.runningDynos() ?? []
    const isWell = dynos.length > 0 && dynos.every(({config}) => world.isLive(config[key] ?? ''))
    response.end(JSON.stringify({heroku_api: isWell ? 'ok' : 'refused'}))
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the health pages are served on no port')
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
    url: `http://127.0.0.1:${address.port}`,
  }
}
