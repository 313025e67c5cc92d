#!/usr/bin/env bash
# The page of manual steps as a script: what the plugin is measured against. The same commands in the same
# order, one after the other, by somebody who never hesitates, mistypes or looks anything up. Without the
# steps for Infisical and GitHub, and, like the page, with tokens on command lines.
#
#     HEROKU_HOST=… HEROKU_API_KEY=<session> runbook.sh NAME HEALTH_URL AUDIT_LOG APP…
set -euo pipefail

name=$1 health=$2 audit=$3
shift 3

call() { # TOKEN PATH [OPTION…]
  curl --silent --show-error --header 'Accept: application/vnd.heroku+json; version=3' \
    --header "Authorization: Bearer $1" "${@:3}" "$HEROKU_HOST$2"
}

# 1. Which authorization is to be replaced?
old_id=$(heroku authorizations --json | jq --raw-output --arg name "$name" '.[] | select(.description == $name).id')
[[ $old_id ]]

# 2. A new one. Its token is shown once.
new=$(heroku authorizations:create --description "$name-$(date -u +%F)" --scope global --json)
new_id=$(jq --raw-output .id <<<"$new")
new_token=$(jq --raw-output .access_token.token <<<"$new")

# 3. Does it work, and for what the consumers need? What the first app holds is the old token.
email=$(call "$new_token" /account --fail | jq --exit-status --raw-output .email)
old_token=$(call "$new_token" "/apps/$1/config-vars" --fail | jq --exit-status --raw-output .HEROKU_API_KEY)

# 5. Every app gets it, and restarts.
for app; do heroku config:set "HEROKU_API_KEY=$new_token" --app "$app" >/dev/null; done

# 6. Is every app up, and can it call Heroku? (`heroku ps:wait` would ask every ten seconds at most.)
for app; do
  until call "$HEROKU_API_KEY" "/apps/$app/dynos" --fail | jq --exit-status 'all(.state == "up")' >/dev/null; do
    ((SECONDS < 600))
    sleep 0.5
  done
  curl --silent --show-error --fail "$health/$app" | jq --exit-status '.heroku_api == "ok"' >/dev/null
done

# 7. The old one goes, and is gone.
heroku authorizations:revoke "$old_id" >/dev/null
[[ $(call "$old_token" /account --output /dev/null --write-out '%{http_code}') == 401 ]]

# 8. The audit entry.
jq --null-input --compact-output --arg actor "$email" --arg old "$old_id" --arg new "$new_id" '
  {action: "secret.rotate.completed", $actor, context: {secret_name: "HEROKU_API_KEY",
    old_authorization_id: $old, new_authorization_id: $new, method: "operator-assisted"}}' >>"$audit"
