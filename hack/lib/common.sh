# Sourced by every script of hack/: folders, versions, and steps with progress.
# shellcheck shell=bash
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash 4.4 or later is needed, not $BASH_VERSION (on macOS: \`brew install bash\`)" >&2
  exit 1
fi
set -Eeuo pipefail
shopt -s inherit_errexit

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=$ROOT/hack/.bin
# Outside the checkout, so that a clean clone on the same machine builds nothing twice.
CACHE=${LITESET_CACHE:-$HOME/.cache/liteset}
LOGS=$CACHE/logs
CLUSTER=liteset
CONTEXT=kind-$CLUSTER
NAMESPACE=invoices
RELEASE=invoices
URL=http://127.0.0.1:8080
export PATH=$BIN:$PATH
mkdir -p "$BIN" "$LOGS" "$CACHE/tmp"

set -a
# shellcheck source=hack/versions.env
source "$ROOT/hack/versions.env"
set +a

# The script's own comment, from line 2 to the first line that is none.
usage() { sed -n '2,/^[^#]/{/^# shellcheck /d;/^#/s/^# \{0,1\}//p}' "$0"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# What to name when something is the output of something else: a digest over files, folders and words.
digest() {
  local it
  for it in "$@"; do
    if [ -d "$it" ]; then
      (cd "$it" && find . -type f -not -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
    elif [ -f "$it" ]; then
      sha256sum <"$it"
    else
      printf '%s\n' "$it"
    fi
  done | sha256sum | cut -c1-16
}

# step NAME HINT COMMAND...  Runs the command with its output in a log, and shows what is going on and for how long.
# When it fails: the end of its log, and the hint, which says what the user can do.
step() {
  local name=$1 hint=$2 began=$SECONDS log pid code=0 told=0
  shift 2
  log=$LOGS/${name//[^A-Za-z0-9]/-}.log
  printf '%-58s' "$name"
  # In the background, for two reasons: `set -e` holds inside (it would not in a condition), and the wait can show progress.
  (trap - EXIT ERR; set -e; "$@") >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - began >= told + 60)); then
      told=$((SECONDS - began))
      printf '\n  … %4d s  %-44.44s' "$told" "$(tail -n 1 "$log" | tr -cd '[:print:]')"
    fi
  done
  wait "$pid" || code=$?
  if ((code == 0)); then
    printf ' %4d s\n' $((SECONDS - began))
    return 0
  fi
  {
    printf ' failed after %d s (exit code %d). The end of %s:\n' $((SECONDS - began)) "$code" "$log"
    tail -n 40 "$log" | sed 's/^/  | /'
    printf 'What to do: %s\n' "$hint"
  } >&2
  exit 1
}

kube() { kubectl --context "$CONTEXT" "$@"; }
