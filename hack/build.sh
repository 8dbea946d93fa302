#!/usr/bin/env bash
# Builds tools from their pinned Go modules, and links their programs into hack/.bin, where checks and tests look for them.
#
#   hack/build.sh MODULE...
#
# A MODULE is a folder of hack/airgap/go, such as actionlint, helm, helm3, litefs or registry, or `agent` or `volume`. Needs Go. What is built is kept in
# ~/.cache/liteset (LITESET_CACHE). hack/test.sh calls this by itself; here it is for a test that is run alone.
# Undo: remove hack/.bin.
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=hack/lib/go.sh
source "$ROOT/hack/lib/go.sh"
# shellcheck source=hack/lib/tools.sh
source "$ROOT/hack/lib/tools.sh"

case ${1-} in
  -h | --help) usage; exit 0 ;;
  '') die "which module? See $0 --help" ;;
esac
for module in "$@"; do
  [ -d "$(go_folder "$module")" ] || die "there is no hack/airgap/go/$module: see $0 --help"
done
build_steps "$@"
for module in "$@"; do
  for program in "$(go_output "$module")"/*; do link_tool "$module" "$(basename "$program")"; done
done
