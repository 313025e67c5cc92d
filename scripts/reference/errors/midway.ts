import {catalogue, heroku, todo, toResume, toRollBack} from '../../../src/lib/errors.js'
import {allHaveNew, bothWork, ID, onward, type Recorded, ROTATION, type Sample} from './sample.js'

const [resume] = onward
const skipping = todo('If nobody can repair it now: heroku authorizations:rotate:resume --skip-health example-app')
const goingBack = `The rotation is being rolled back. The old token still works. The new authorization ${ID} is not revoked yet.`
const revoked = `The old authorization ${ID} is revoked. Everything uses the new token. This cannot be undone.`

export const midway: Record<(typeof catalogue)['incomplete' | 'interrupted'][number], Recorded | Sample> = {
  ROTATE_ADDED: {means: 'A place was added to the rotation, so its phases run again and reach that place too.', recorded: 'example-app added'},
  ROTATE_APPROVAL: {
    happened: 'Infisical (https://app.infisical.com) waits for somebody to approve the change of HEROKU_API_KEY.',
    means: 'The project lets nobody change a secret alone, so a reviewer has to agree first.',
    next: [todo('Approve the change request of project example-project, environment prod, path / in https://app.infisical.com; to go back instead, close it there first.'), ...onward],
    now: `The old token still works. So does the new one (${ID}). Everything still has what it had before.`,
  },
  ROTATE_ASKED: {means: '`verify` was typed, so that everything is read back once more.', recorded: 'asked for once more'},
  ROTATE_CHANGED: {
    happened: 'Somebody else has changed HEROKU_API_KEY of example-app since this rotation was planned.',
    means: 'The value there is neither the old token nor the new one, and resume would overwrite it.',
    next: [toRollBack(ROTATION), toResume(ROTATION, '--overwrite', 'example-app')],
    now: bothWork,
  },
  ROTATE_COMMAND: {
    happened: 'vault: ./bin/put ended with 1.',
    means: 'A program of the rotation file failed; with exit code 1, nothing had been made yet.',
    next: [todo('What it printed is not shown, because that may hold the token. To see for yourself: ./bin/put'), ...onward],
    now: bothWork,
  },
  ROTATE_DYNOS_CRASHED: {
    happened: 'example-app: web.1, web.2 crashed on release v4.',
    means: 'Dynos that ran before the app got the new token crash with it, or crash for another reason.',
    next: [heroku('logs', '--app', 'example-app'), skipping, ...onward],
    now: bothWork,
  },
  ROTATE_DYNOS_TIMEOUT: {
    happened: 'example-app: not all dynos were up on release v4 after 600 seconds.',
    means: 'The app takes longer to start than `--timeout` allows.',
    next: [heroku('ps', '--app', 'example-app'), skipping, ...onward],
    now: bothWork,
  },
  ROTATE_FORBIDDEN: {
    happened: 'example-app: you may not change its config vars.',
    means: 'The account may see the app, and not change it; where the plan finds that out, it ends with exit code 1 and nothing was made.',
    next: [heroku('access', '--app', 'example-app'), ...onward],
    now: bothWork,
  },
  ROTATE_GITHUB_NOT_SHOWN: {
    happened: 'gh has updated HEROKU_API_KEY, but GitHub still shows the old date.',
    means: 'GitHub shows no value of a secret, and the date that would tell of the update has not moved.',
    next: [todo('gh api repos/example/example-app/actions/secrets/HEROKU_API_KEY'), ...onward],
    now: bothWork,
  },
  ROTATE_GOING_BACK: {
    happened: 'This rotation cannot go forward any more.',
    means: 'A rollback was begun and has to end before the token can be rotated again.',
    next: toResume(ROTATION),
    now: goingBack,
  },
  ROTATE_INCOMING_DEAD: {
    happened: 'Heroku refuses the new token: somebody has revoked it.',
    means: 'The old token is kept, because whoever has the new one is without a token that works.',
    next: onward,
    now: 'The old token still works.',
  },
  ROTATE_INCOMING_UNKNOWN: {
    happened: `The new token of rotation ${ROTATION} is not known here: nothing has it, and the sealed copy belongs to another login.`,
    means: 'Nobody can write the new token any more, so the rotation can only go back.',
    next: toRollBack(ROTATION),
    now: 'The old token of example-token still works.',
  },
  ROTATE_INFISICAL_DIFFERS: {
    happened: 'infisical:example-project/prod:HEROKU_API_KEY accepted the new token but has something else.',
    means: 'Somebody or something else writes the same secret.',
    next: [todo('Look at the versions of HEROKU_API_KEY in https://app.infisical.com: somebody else may have changed it.'), ...onward],
    now: bothWork,
  },
  ROTATE_INTERRUPTED: {
    happened: 'Interrupted.',
    means: 'Ctrl-C or SIGTERM ended the command; what had begun was finished, and the journal knows the rest.',
    next: onward,
    now: bothWork,
  },
  ROTATE_INVALID: {
    happened: 'The new token has scope read instead of global.',
    means: 'Heroku made a token that cannot do what the old one does, and nothing has it yet.',
    next: toRollBack(ROTATION),
    now: `The old token still works. So does the new one (${ID}). Everything still has what it had before.`,
  },
  ROTATE_MANUAL: {
    happened: 'Waiting for you: tell the team to pull the new token (operators)',
    means: 'A step of the rotation file is for a person, and nobody has said that it is done.',
    next: [heroku('authorizations:rotate:resume', '--done', 'operators'), toRollBack(ROTATION)],
    now: bothWork,
  },
  ROTATE_NOT_HELD: {
    happened: 'example-app does not have the new token in HEROKU_API_KEY.',
    means: 'Before the old token is revoked every place is read back, and this one has something else.',
    next: onward,
    now: `The old token still works. So does the new one (${ID}). example-app has what was there before, or what somebody else wrote.`,
  },
  ROTATE_NOT_LAST: {
    happened: 'You are logged in with the token of example-token, which is revoked last. other-token is still open.',
    means: 'The other rotations need your login, so its own token has to wait for them.',
    next: heroku('authorizations:rotate:resume', '--all'),
    now: allHaveNew,
  },
  ROTATE_NOT_PROVED: {
    happened: 'The old authorization was revoked, but after 120 seconds Heroku still answers: old token 200, new token 200.',
    means: 'Heroku has revoked the old token and does not refuse it everywhere yet.',
    next: toResume(ROTATION),
    now: revoked,
  },
  ROTATE_PREVIOUS_UNKNOWN: {
    happened: 'file:/home/me/.zshrc cannot be restored: nobody knows what was there before.',
    means: 'A rollback gives back what was there, and for this place nobody has kept it.',
    next: [todo('Put the old token into HEROKU_API_KEY of file:/home/me/.zshrc by hand.'), toRollBack(ROTATION, '--done', 'file:/home/me/.zshrc')],
    now: goingBack,
  },
  ROTATE_PRIVATE: {
    happened: 'https://health.example.com: health.example.com is an address of this machine or of a private network, and the rotation file does not say private: true.',
    means: 'A probe may ask an address of your own network only where the rotation file says so.',
    next: [todo('If you mean that address, put private: true beside the url in the rotation file.'), ...onward],
    now: allHaveNew,
  },
  ROTATE_PROBE: {
    happened: 'https://example.com/health did not answer as expected within 120 seconds: status 503.',
    means: 'A health page, workflow or program of the rotation file says that something does not work; at the plan, with exit code 1, nothing was made.',
    next: [todo('curl -i https://example.com/health'), ...onward],
    now: allHaveNew,
  },
  ROTATE_RELEASE_FAILED: {
    happened: 'example-app: release v4 failed.',
    means: 'The release phase of the app failed, so the app goes on with the old token.',
    next: [heroku('releases:output', 'v4', '--app', 'example-app'), ...onward],
    now: bothWork,
  },
  ROTATE_RELEASE_TIMEOUT: {
    happened: 'example-app: release v4 was still pending after 600 seconds.',
    means: 'The release phase of the app takes longer than `--timeout` allows.',
    next: [heroku('releases:output', 'v4', '--app', 'example-app'), ...onward],
    now: bothWork,
  },
  ROTATE_START_OVER: {means: 'With `--in-place`: the new token was lost, so the token is regenerated once more and written everywhere.', recorded: 'Heroku refuses the new token'},
  ROTATE_STILL_HELD: {
    happened: 'example-app still uses the token of example-token-2026-11-26.',
    means: 'A rollback does not revoke a token that something uses; the rotation goes forward again.',
    next: [todo('Put the old token there by hand.'), ...onward],
    now: bothWork,
  },
  ROTATE_STILL_RUNNING: {
    happened: 'After 600 seconds these still use the old token: run.4002 of example-app.',
    means: 'A one-off dyno keeps the token that it was started with until it ends.',
    next: [heroku('ps', '--app', 'example-app'), ...onward, toResume(ROTATION, '--ignore-one-off')],
    now: allHaveNew,
  },
  ROTATE_STRAGGLERS: {
    happened: '1 more place uses this token and would stop working: example-app-staging:HEROKU_API_KEY.',
    means: 'The old token was found where the plan has no place; at the plan, with exit code 1, nothing was made.',
    next: [toResume(ROTATION, '--app', 'example-app-staging:HEROKU_API_KEY'), toResume(ROTATION, '--allow-straggler', 'example-app-staging'), toRollBack(ROTATION)],
    now: allHaveNew,
  },
  ROTATE_TOO_LATE: {
    happened: `The old authorization ${ID} is revoked already. A revoked token cannot be brought back.`,
    means: 'There is no way back after the revoke, only forward.',
    next: [...(resume ? [resume] : []), todo('After that, to replace the token once more: heroku authorizations:rotate --description example-token')],
    now: 'Everything uses the new token.',
  },
  ROTATE_TURNED: {means: 'A rollback could not give everything back, so the rotation goes forward again.', recorded: 'turned forward again'},
}
