import {catalogue, flag, heroku, todo, toResume} from '../../../src/lib/errors.js'
import {type Beginning, ID, list, onward, ROTATION, type Sample, status, unchanged, whoami} from './sample.js'

type Failed = Exclude<(typeof catalogue.failed)[number], Beginning<'GH_' | 'GITHUB' | 'INFISICAL'>>

export const failed: Record<Failed, Sample> = {
  ROTATE_AMBIGUOUS: {
    happened: `2 authorizations have the description example-token:\n  ${ID}, made 2026-08-28 09:00\n  fedcba98-7654-3210-fedc-ba9876543210, made 2026-08-29 09:00`,
    means: 'Two or more authorizations fit the name, and nothing tells which one you mean.',
    next: [heroku('authorizations:rotate', ID), heroku('authorizations:rotate', 'fedcba98-7654-3210-fedc-ba9876543210')],
    now: unchanged,
  },
  ROTATE_AUDIT: {
    happened: 'Somebody has changed the audit log: line 12 does not follow the line before it.',
    means: '`audit --verify` found a line of the audit log that was changed, added or taken out.',
    next: todo('Compare ~/.local/share/heroku/authorizations-rotate/audit/audit.jsonl with a backup or with the copies that were sent elsewhere.'),
  },
  ROTATE_CLIENT: {
    happened: `Example Dashboard (${ID}) belongs to Example Dashboard. Rotating it would lock Example Dashboard out.`,
    means: 'An integration made this authorization and keeps its token where nobody else can put a new one.',
    next: [heroku('authorizations:info', ID), todo(`Renew it in Example Dashboard, or revoke it: heroku authorizations:revoke ${ID}`)],
    now: unchanged,
  },
  ROTATE_CONSUMER: {
    happened: 'heroku-config:example-appp: there is no such app, or you have no access to it. Did you mean example-app?',
    means: 'A place that you named cannot be found or cannot be read.',
    next: [heroku('authorizations:rotate', '--description', 'example-token', '--app', 'example-app'), heroku('apps', '--all'), whoami],
    now: unchanged,
  },
  ROTATE_CREATE: {
    happened: 'Heroku did not make an authorization: 422 You cannot have more than 30 authorizations.',
    means: 'Heroku refused to make the new authorization, e.g. because the account has too many or logs in with SSO.',
    next: [list, todo('Revoke one that nobody uses: heroku authorizations:revoke ID')],
    now: unchanged,
  },
  ROTATE_DISK: {
    happened: 'The journal cannot be written (ENOSPC). Without it the rotation stops.',
    means: 'The disk is full, or the directory of the journals is not yours to write.',
    next: [todo('Free space on the disk, or make the directory writable.'), ...onward],
    now: 'The old token still works. Heroku may have made a new authorization. Everything still has what it had before.',
  },
  ROTATE_DRIFT: {
    happened: `1 of 3 keys does not have the right token for example-token, which is example-token-2026-11-26 (${ID}).\n`
      + 'heroku-config:example-app:HEROKU_API_KEY has a token that Heroku refuses: what uses it does not work.',
    means: '`verify` found an app that has another token than the newest of that name.',
    next: [heroku('authorizations:rotate', '--description', 'example-token')],
    now: unchanged,
  },
  ROTATE_EMPTY_VALUE: {
    happened: 'The value for github-secret:example/example-app:HEROKU_API_KEY is empty.',
    means: 'GitHub would store an empty secret, so nothing was written there.',
    next: [status, ...onward],
    now: 'The old token still works.',
  },
  ROTATE_FILE_VALUE: {
    happened: '/home/me/.zshrc: the token does not fit there as one plain word.',
    means: 'The token stands in the file in a form that cannot be updated without breaking the line.',
    next: todo('Write it into /home/me/.zshrc by hand.'),
    now: unchanged,
  },
  ROTATE_IN_FLIGHT: {
    happened: `Rotation ${ROTATION} of example-token has not ended. It stopped in fanout: example-app: release v8 failed.`,
    means: 'One rotation of a token at a time: an earlier one has to end before the next begins.',
    next: onward,
    now: unchanged,
  },
  ROTATE_INCOMING_GONE: {
    happened: `Somebody has revoked example-token-2026-11-26 (${ID}) too, after the old authorization.`,
    means: 'Both authorizations are revoked, or the new one has expired, so every app that uses the token fails until it has another.',
    next: [
      heroku('authorizations:create', '--description', 'example-token'),
      {...heroku('authorizations:rotate', '--description', 'example-token'), note: 'To give the same apps a new token'},
    ],
    now: 'No token of example-token works any more. The rotation has ended.',
  },
  ROTATE_JOURNAL: {
    happened: `The journal ~/.local/share/heroku/authorizations-rotate/rotations/${ROTATION}.jsonl is damaged in line 7.`,
    means: 'A line of the journal is not as it was written, so that nobody can say how far the rotation is.',
    next: todo(`Restore ~/.local/share/heroku/authorizations-rotate/rotations/${ROTATION}.jsonl from a backup.`),
    now: 'This command changed nothing and revoked no token.',
  },
  ROTATE_LOCKED: {
    happened: 'Somebody is rotating example-token already (me@example-host, process 4711, for 3 min).',
    means: 'Another process of this plugin works on the same token right now.',
    next: [todo('Wait for it to end.'), status],
    now: `This command changed nothing. Rotation ${ROTATION} has the lock.`,
  },
  ROTATE_NO_AUTHORIZATION: {
    happened: 'Your account has no authorization example-tokn. Did you mean example-token? Your account has: example-token, ci-token.',
    means: 'No authorization of the account that you are logged in with has this name or ID.',
    next: [heroku('authorizations:rotate', 'example-token'), list],
    now: unchanged,
  },
  ROTATE_NO_CONSUMERS: {
    happened: 'None of your 12 apps uses the token of example-token.',
    means: 'Nothing was named or found that would get the new token.',
    next: [heroku('authorizations:rotate:discover', '--description', 'example-token'), todo('If only people or other machines use it: --no-consumers')],
    now: unchanged,
  },
  ROTATE_NO_PROGRAM: {
    happened: 'vault: no such program.',
    means: 'A program that the rotation file names is not installed on this machine, or not on its PATH.',
    next: todo('Install vault, or put it on the PATH.'),
    now: unchanged,
  },
  ROTATE_NO_SESSION: {
    happened: 'You are not logged in.',
    means: 'Neither `heroku login` nor HEROKU_API_KEY gives the command a login.',
    next: heroku('login'),
    now: unchanged,
  },
  ROTATE_NO_TOKEN: {
    happened: 'Heroku made an authorization but did not show its token. It is revoked again.',
    means: 'Heroku answered without the new token, which nobody can read later.',
    next: list,
    now: unchanged,
  },
  ROTATE_NONE: {
    happened: 'There is no open rotation of example-token on this machine.',
    means: 'There is nothing to go on with, to go back on, or to print.',
    next: status,
    now: unchanged,
  },
  ROTATE_NOT_HELD_HERE: {
    happened: 'RAILS_ENV of example-app holds no token. Rotating would overwrite it.',
    means: 'The place that you named does not use the token that you want to rotate.',
    next: flag('--overwrite', 'example-app:RAILS_ENV'),
    now: unchanged,
  },
  ROTATE_NOT_THE_TOKEN: {
    happened: 'The token on stdin is not the token of example-token: Heroku shows another one.',
    means: 'The token that you gave on stdin belongs to another authorization.',
    next: list,
    now: unchanged,
  },
  ROTATE_OTHER_ACCOUNT: {
    happened: 'You are logged in as other@example.com, but me@example.com started this rotation.',
    means: 'A rotation goes on only with the account that began it.',
    next: heroku('login'),
    now: unchanged,
  },
  ROTATE_PLATFORM: {
    happened: 'Heroku answered GET /oauth/authorizations with 503 Service temporarily unavailable (request d7219758-0000-4000-8000-000000000000).',
    means: 'The Platform API answered with an error that the plugin has no better words for.',
    next: heroku('status'),
    now: unchanged,
  },
  ROTATE_RATE_LIMIT: {
    happened: 'The account has no API calls left.',
    means: 'Heroku allows an account 4,500 calls an hour, and all are spent; they come back 75 a minute.',
    next: todo('Wait a few minutes, then run the command again.'),
    now: unchanged,
  },
  ROTATE_REGENERATE: {
    happened: 'Heroku did not regenerate the token: 403 You do not have access to this authorization.',
    means: 'With `--in-place`: Heroku refused to give the authorization a new token.',
    next: [whoami, {...heroku('authorizations:rotate', ID), note: 'To make another authorization instead'}],
    now: unchanged,
  },
  ROTATE_ROTATED_MEANWHILE: {
    happened: `example-token (${ID}) is gone: somebody else has just revoked it.`,
    means: 'Between the plan and the work somebody else rotated or revoked the same token.',
    next: list,
    now: unchanged,
  },
  ROTATE_SELF_IN_PLACE: {
    happened: 'You are logged in with the token that would be regenerated. If Heroku\'s answer were lost, nobody could log in again.',
    means: '`--in-place` needs another login than the token itself.',
    next: [todo('unset HEROKU_API_KEY; heroku login'), {...heroku('authorizations:rotate', ID), note: 'To make another authorization instead'}],
    now: unchanged,
  },
  ROTATE_SELF_SCOPE: {
    happened: 'You are logged in with the token being rotated, and a new token of scope read may not revoke it.',
    means: 'The new token takes over your login, and with that scope it could not end the rotation.',
    next: [heroku('login'), heroku('authorizations:rotate', '--scope', 'global')],
    now: unchanged,
  },
  ROTATE_SESSION: {
    happened: 'Heroku refuses your login: it has expired or was revoked.',
    means: 'The token of `heroku login` or of HEROKU_API_KEY does not work.',
    next: [heroku('login'), todo('If HEROKU_API_KEY is set, the CLI uses it: replace it or unset it.')],
  },
  ROTATE_SESSION_CHANGED: {
    happened: 'You have logged in again since this rotation was started: the tokens have to be read back first.',
    means: 'The tokens of the journal are sealed with the login that began the rotation, and resume collects them once more.',
    next: toResume(ROTATION),
    now: unchanged,
  },
  ROTATE_TAKE_OVER: {
    happened: `You did not take over rotation ${ROTATION}.`,
    means: 'The rotation was begun on another machine, and you said no to going on from here.',
    next: todo(`On the machine that has its journal: heroku authorizations:rotate:resume --rotation ${ROTATION}`),
    now: unchanged,
  },
  ROTATE_TWO_FACTOR: {
    happened: 'Heroku asks for a two-factor code, and there is no terminal to ask you on.',
    means: 'An app or the account asks for a second factor, which needs a person.',
    next: todo('Run the command on a terminal, or set HEROKU_API_KEY to the token of an authorization, which needs no code.'),
    now: unchanged,
  },
  ROTATE_TWO_VALUES: {
    happened: 'Heroku shows too little of the token of example-token to tell which of these it is, by SHA-256:\n  3f1a9c07 in example-app:HEROKU_API_KEY\n  b4420d5e in example-console:HEROKU_API_KEY',
    means: 'Two tokens look alike as far as Heroku shows them, and only one is the one to rotate.',
    next: [flag('--outgoing-token-stdin'), todo('Put the right token on stdin, or run the command on a terminal, which asks you.')],
    now: unchanged,
  },
  ROTATE_UNEXPECTED: {
    happened: 'Something unexpected happened (TypeError at run.js:120).',
    means: 'This is a mistake of the plugin; `status` still says what is open.',
    next: todo('Report this line and the command you typed to the authors of the plugin.'),
  },
  ROTATE_UNREACHABLE: {
    happened: 'Heroku cannot be reached. GET /account: connection failed (ENOTFOUND).',
    means: 'No answer came from the Platform API: no network, a proxy, a certificate.',
    next: [heroku('status'), todo('Check HEROKU_HOST, HTTPS_PROXY and the network, then run the command again.')],
    now: unchanged,
  },
  ROTATE_UNREADABLE: {
    happened: '1 place could not be checked. If it uses this token, it will stop working:\n  example-app (you may not read it)',
    means: 'What cannot be read may use the old token and would break when it is revoked.',
    next: [todo('Log in as an account that may read example-app, and run it again.'), flag('--allow-unread', 'example-app')],
    now: unchanged,
  },
  ROTATE_UNSIGNED: {
    happened: `The journal of rotation ${ROTATION} of example-token was written under another login, or somebody has changed it.`,
    means: 'The journal says what a resume does, and its signature does not fit your login.',
    next: [
      todo('Log in as you were when you began it, if that login still works.'),
      toResume(ROTATION, '--confirm', 'example-token'),
      todo('With --confirm it goes on by what Heroku says; the programs, addresses and files of the journal are left to you.'),
    ],
    now: unchanged,
  },
  ROTATE_UNTRUSTED: {
    happened: 'rotation.yml names programs, addresses, files or workflows. It is not trusted under this login, or has changed since.',
    means: 'The file would run programs or send requests, so you have to say once that it may.',
    next: [heroku('authorizations:rotate:trust', 'rotation.yml'), flag('--trust-file', 'SHA256')],
    now: unchanged,
  },
}
