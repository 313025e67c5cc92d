import {catalogue, todo} from '../../../src/lib/errors.js'
import {type Beginning, onward, type Sample, unchanged} from './sample.js'

type Systems = Extract<(typeof catalogue.failed)[number], Beginning<'GH_' | 'GITHUB' | 'INFISICAL'>>

const ghStatus = todo('gh auth status')
const ghUser = todo('gh api user')
const logins = [todo('infisical login'), todo('Or set INFISICAL_TOKEN, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.')]
const SITE = 'Infisical (https://app.infisical.com)'
const SECRET = 'infisical:example-project/prod:HEROKU_API_KEY'

/** Codes of gh and of Infisical. */
export const systems: Record<Systems, Sample> = {
  ROTATE_GH_LOGGED_OUT: {
    happened: 'GitHub refuses the login of gh (401).',
    means: 'gh has no login, or GitHub does not accept it any more.',
    next: [todo('gh auth login'), ghUser],
    now: unchanged,
  },
  ROTATE_GH_MISSING: {
    happened: 'gh, the GitHub CLI, is not installed or not on your PATH.',
    means: 'GitHub secrets are written by gh, so it has to be installed.',
    next: [todo('https://cli.github.com'), todo('gh auth login')],
    now: unchanged,
  },
  ROTATE_GH_TOO_OLD: {
    happened: 'gh 2.4 is too old for this; you need 2.23 or newer.',
    means: 'This gh cannot do what is needed, or would do it in another way.',
    next: todo('https://cli.github.com'),
    now: unchanged,
  },
  ROTATE_GITHUB: {
    happened: 'GitHub refused the request of gh (422): repository example/example-app.',
    means: 'GitHub or gh refused with an answer that the plugin has no better words for; with exit code 2, `--github` is not OWNER/REPO.',
    next: ghStatus,
    now: unchanged,
  },
  ROTATE_GITHUB_ANSWER: {
    happened: 'GitHub gave an unexpected answer.',
    means: 'What gh printed is not what GitHub answers: look for another program of that name, or for a proxy.',
    next: [ghUser, todo('https://www.githubstatus.com')],
    now: unchanged,
  },
  ROTATE_GITHUB_DOWN: {
    happened: 'GitHub could not answer (503).',
    means: 'GitHub has a problem of its own.',
    next: todo('https://www.githubstatus.com'),
    now: unchanged,
  },
  ROTATE_GITHUB_FORBIDDEN: {
    happened: 'The login of gh may not write the Actions secrets of example/example-app (403).',
    means: 'The login of gh works and has too few rights.',
    next: [ghStatus, todo('Give the login of gh the right to write the Actions secrets of example/example-app; an organization may ask for single sign-on as well.')],
    now: unchanged,
  },
  ROTATE_GITHUB_NONE_SELECTED: {
    happened: 'The secret is for selected repositories, but none is selected. gh cannot update it like that.',
    means: 'gh needs at least one repository to write a secret of an organization that is for selected ones.',
    next: todo('Select a repository for the secret, or delete it: gh api orgs/example/actions/secrets/HEROKU_API_KEY'),
    now: unchanged,
  },
  ROTATE_GITHUB_NOT_FOUND: {
    happened: 'GitHub has no repository example/example-appp, or your login of gh may not see it (404).',
    means: 'The repository, environment or workflow is not there for this login.',
    next: [ghStatus, todo('gh repo list')],
    now: unchanged,
  },
  ROTATE_GITHUB_RATE_LIMIT: {
    happened: 'Your login of gh has no GitHub API calls left (403).',
    means: 'GitHub allows a login some thousand calls an hour, and all are spent.',
    next: todo('gh api rate_limit'),
    now: unchanged,
  },
  ROTATE_GITHUB_UNREACHABLE: {
    happened: 'gh cannot reach GitHub.',
    means: 'No answer came from GitHub: no network, a proxy, a certificate.',
    next: [ghUser, todo('Check GH_HOST, HTTPS_PROXY and the network.')],
    now: unchanged,
  },
  ROTATE_INFISICAL_ANSWER: {
    happened: `${SITE} was asked to read HEROKU_API_KEY and gave an unexpected answer: it is not JSON.`,
    means: 'What answers at the address of Infisical does not answer as Infisical does.',
    next: todo('Check site in the rotation file, or INFISICAL_DOMAIN.'),
    now: unchanged,
  },
  ROTATE_INFISICAL_DENIED: {
    happened: `${SITE} does not allow your login to change HEROKU_API_KEY (403).`,
    means: 'The login works and has too few rights in that project, environment or folder.',
    next: [todo('Give the login the rights to read, create, edit and delete secrets there.'), ...logins],
    now: unchanged,
  },
  ROTATE_INFISICAL_LOGIN: {
    happened: 'You are not logged in to Infisical, and the infisical CLI is not installed.',
    means: 'There is no login for Infisical, or it does not work any more.',
    next: logins,
    now: unchanged,
  },
  ROTATE_INFISICAL_PLACE: {
    happened: `${SITE} could not read HEROKU_API_KEY: there is no such project, environment or folder, or your login cannot see it.`,
    means: 'The place that the rotation file or `--infisical` names is not there for this login.',
    next: [todo('Check the ID of the project, the slug of the environment and the path.'), ...logins],
    now: unchanged,
  },
  ROTATE_INFISICAL_REFERENCE: {
    happened: `${SECRET} is a reference to another secret.`,
    means: 'Writing a token there would cut the secret off from the one that it follows.',
    next: todo('Name that other secret instead: references follow it.'),
    now: unchanged,
  },
  ROTATE_INFISICAL_REFUSED: {
    happened: `${SITE} refused to change HEROKU_API_KEY (400).`,
    means: 'Infisical refused, and it is not about the login: look at the secret there.',
    next: [todo('Look at the secret and its project in https://app.infisical.com, then run the command again.'), ...onward],
    now: 'The old token still works.',
  },
  ROTATE_INFISICAL_SITE: {
    happened: 'https://secrets.example.com does not look like Infisical: it has neither /api/v4/secrets nor /api/v3/secrets/raw.',
    means: 'The address of Infisical is another one; with exit code 2, it is no https address at all.',
    next: todo('Check site in the rotation file, or INFISICAL_DOMAIN.'),
    now: unchanged,
  },
  ROTATE_INFISICAL_UNREACHABLE: {
    happened: `${SITE} cannot be reached: connection failed.`,
    means: 'No answer came from Infisical, or it had a problem of its own.',
    next: todo('Check the site, INFISICAL_DOMAIN, HTTPS_PROXY and the network, then run the command again.'),
    now: unchanged,
  },
  ROTATE_INFISICAL_VALUE: {
    happened: `${SECRET} cannot keep that value as it is: it begins or ends with blanks.`,
    means: 'Infisical would change the value while it stores it.',
    next: [todo('Write HEROKU_API_KEY by hand.'), ...onward],
    now: 'The old token still works.',
  },
}
