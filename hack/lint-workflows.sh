#!/usr/bin/env bash
# Lints .github/workflows by actionlint, and the scripts in them by shellcheck where that is installed. Changes nothing.
#
#   hack/lint-workflows.sh
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1-} in
  -h | --help) usage; exit 0 ;;
  ?*) die "unknown option '$1': see $0 --help" ;;
esac
[ -x "$BIN/actionlint" ] || die 'hack/.bin/actionlint is not there: run `hack/build.sh actionlint` (needs Go, takes a minute)'
cd "$ROOT"
exec "$BIN/actionlint"
