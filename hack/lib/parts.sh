# Sourced by hack/test.sh: the parts of a run, some beside others, and the table of how long each took.
# shellcheck shell=bash

# Lines of name, seconds, seconds of its tests together, number of tests. test/durations.ts adds one for each kind of test.
LITESET_PARTS=$(mktemp)
export LITESET_PARTS
trap finish EXIT

# part NAME COMMAND...  Runs a part of the whole, which may say in TESTS how many tests it ran. `set -e` does not hold inside.
part() {
  local name=$1 began=$SECONDS code=0
  shift
  TESTS=-
  "$@" || code=$?
  ((code == 0)) || name+=' (failed)'
  printf '%s\t%d\t-\t%s\n' "$name" $((SECONDS - began)) "$TESTS" >>"$LITESET_PARTS"
  return "$code"
}

# beside NAME COMMAND...  The same in the background, until `join`: what it says comes then.
beside() {
  local log=$LOGS/beside-${1//[^A-Za-z0-9]/-}.log
  # A process group of its own, so that `finish` can end all of it.
  set -m
  (trap - EXIT ERR; part "$@") >"$log" 2>&1 </dev/null &
  set +m
  BESIDE[$!]=$log
}
# Their logs, by their process groups.
declare -A BESIDE

# Waits for all that runs beside, and shows what it said. Fails if one of them did.
join() {
  local pid code=0
  for pid in "${!BESIDE[@]}"; do
    wait "$pid" || code=$?
    cat "${BESIDE[$pid]}"
    unset "BESIDE[$pid]"
  done
  return "$code"
}

# Ends what still runs beside, and prints the table.
finish() {
  [ "$BASHPID" = "$$" ] || return 0
  local pid
  for pid in "${!BESIDE[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
  if [ -s "$LITESET_PARTS" ]; then
    printf '\n%-44s %8s %9s %6s\n' Part seconds 'of tests' tests
    awk -F '\t' '{ printf "%-44s %8s %9s %6s\n", $1, $2, $3, $4 }' "$LITESET_PARTS"
    printf '%-44s %8d\n' Together "$SECONDS"
  fi
  rm -f "$LITESET_PARTS"
}
