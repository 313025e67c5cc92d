import fc from 'fast-check'

import {infisical} from '../../../src/lib/consumers/infisical.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../support/access.js'
import {hasty, isTyped, secrets, spoilings, statuses} from '../answers.js'
import {target} from '../target.js'

const [login = '', session = '', incoming = ''] = secrets
const at = infisical.address.parse({environment: 'prod', kind: 'infisical', project: '0a1b'})
const secret = {environment: 'prod', secretKey: at.secret, secretPath: '/', secretValue: session, version: 3, workspace: '0a1b'}
const good = [
  {secret}, {secrets: [secret, {...secret, secretKey: 'B', secretValue: '${' + at.secret + '}'}]}, {approval: {id: '1'}}, {secret: {...secret, secretValueHidden: true}},
  {permissions: ['read', 'write'], scopes: [{environment: 'prod', secretPath: '/'}], workspace: '0a1b'}, {accessToken: login},
  {error: 'PermissionDenied', message: `no ${session}`}, {message: `Secret not found ${login}`},
].map(each => JSON.stringify(each))

const answers = fc.record({retry: fc.constantFrom('1', '-1', session, '99999999'), spoil: spoilings, status: statuses, text: fc.constantFrom(...good)})
const works = ['inspect', 'read', 'stamp', 'write', 'remove'] as const
const logins = [{INFISICAL_TOKEN: login}, {INFISICAL_TOKEN: `st.${login}`}, {INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: 'id', INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: login}]
const cases = fc.tuple(fc.constantFrom(...works), fc.constantFrom(...logins), fc.array(answers, {maxLength: 4, minLength: 1}))

/** Any answer of Infisical's is understood, or is a typed error without a login or a value. */
export const infisicalAnswers = target('infisical-answers', cases, async ([work, env, all]) => {
  let n = 0
  const access = accessWith({
    clock: hasty(15_000),
    env,
    async fetch() {
      const {retry, spoil, status, text} = all[n++ % all.length] ?? {retry: '1', spoil: (whole: string) => whole, status: 200, text: ''}
      return new Response(spoil(text), {headers: {'retry-after': retry}, status})
    },
  })
  await isTyped(() => {
    if (work === 'write' || work === 'remove') return infisical.write(at, new Map([[at.secret, work === 'write' ? new Secret(incoming) : null]]), access)
    return infisical[work](at, access)
  })
})
