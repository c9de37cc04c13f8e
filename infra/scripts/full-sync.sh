#!/usr/bin/env bash
# The complete workflow of the usage guide in one go: set up, booking system to Outlook, Outlook to booking system,
# cancellations, upkeep. Safe to repeat. Ends with 0 when nothing is left pending, with 1 otherwise.
#
#   SYNC_URL=https://sync.example.org API_KEY=... FUNCTION_KEY=... infra/scripts/full-sync.sh
#
# SYNC_URL      where the service listens (default http://localhost:8082)
# API_KEY       sent as X-API-Key, when the service asks for one
# FUNCTION_KEY  sent as x-functions-key, when Azure asks for one
set -euo pipefail

url=${SYNC_URL:-http://localhost:8082}
# A call may work until Azure's limit of 230 s.
options=(--silent --show-error --max-time 240)
[[ -n ${API_KEY:-} ]] && options+=(--header "X-API-Key: $API_KEY")
[[ -n ${FUNCTION_KEY:-} ]] && options+=(--header "x-functions-key: $FUNCTION_KEY")

# call METHOD PATH: keeps the answer in $body; ends the script when it is no success.
call() {
  local answer status
  answer=$(curl "${options[@]}" --request "$1" --write-out '\n%{http_code}' "$url$2") || fail "$1 $2 could not be reached"
  status=${answer##*$'\n'}
  body=${answer%$'\n'*}
  [[ $status == 2* ]] || fail "$1 $2 answered $status: $body"
  [[ $body != *'"success":false'* ]] || fail "$1 $2 did not succeed: $body"
}

fail() {
  echo "full-sync: $1" >&2
  exit 1
}

# number KEY: the first number of that name in $body.
number() {
  sed -n "/\"$1\":[0-9]/{s/.*\"$1\":\([0-9][0-9]*\).*/\1/p;q;}" <<<"${body//,/,$'\n'}"
}

report() { printf '%-28s %s\n' "$1" "$2"; }

# until_done PATH COUNT: repeats a call until nothing is left, or nothing moves any more.
until_done() {
  local total=0 moved
  while :; do
    call POST "$1"
    moved=$(number "$2")
    total=$((total + moved))
    [[ $(number remaining) -gt 0 && $moved -gt 0 ]] || break
  done
  report "${1%%\?*}" "$total $2"
}

echo '1. Setup'
call POST /sync/populate-mapping
report /sync/populate-mapping "$(number created) created"
call POST /sync/from-outlook
report /sync/from-outlook "$(number created) created"

echo '2. Booking system to Outlook'
call GET /sync/pending-items
report /sync/pending-items "$(number total) pending"
until_done '/sync/to-outlook?limit=1000' processed

echo '3. Outlook to booking system'
call GET /sync/outlook-events
report /sync/outlook-events "$(number total) not in the booking system"
call POST /sync/from-outlook
report /sync/from-outlook "$(number created) created"
call GET /booking/pending-imports
report /booking/pending-imports "$(number total) waiting"
until_done /booking/process-imports successful
call GET /booking/processed-imports
report /booking/processed-imports "$(number total) processed"

echo '4. Cancellations and re-enables'
call POST /bridges/sync-deletions
report /bridges/sync-deletions "$(number processed) processed"
# What was re-enabled gets its new Outlook event.
until_done '/sync/to-outlook?limit=1000' processed
call GET /cancel/stats
report /cancel/stats "$(number total_cancelled) cancelled"
call GET /cancel/cancelled-reservations
report /cancel/cancelled-reservations "$(number total) listed"

echo '5. Monitoring and upkeep'
call DELETE /sync/cleanup-orphaned
report /sync/cleanup-orphaned "$(number deleted_count) removed"
call GET /booking/processing-stats
report /booking/processing-stats "$(number processed) of $(number total_imported) imports processed"
call GET /sync/stats
pending=$(number pending)
imported=$(number imported)
report /sync/stats "$pending pending, $imported imported, $(number conflict) conflict, $(number error) error, $(number synced) synced"

[[ $pending == 0 && $imported == 0 ]] || fail 'something is still pending; run it again, or look at /sync/pending-items'
echo 'Nothing is pending.'
