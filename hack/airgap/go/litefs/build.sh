#!/usr/bin/env bash
# Builds LiteFS from its pinned module with the patches of patches/: for hack/lib/go.sh, and for app/invoices/Dockerfile.
#
#   build.sh OUT                       builds OUT/litefs, for GOARCH
#   build.sh --source DIR [PATCH...]   only writes the source to DIR, with these patches and no others
#
# WITHOUT=NAME leaves patches/NAME.ed out of a build, so that the tests of that fault can be seen to fail.
# Undo: remove OUT, or DIR.
set -euo pipefail
cd "$(dirname "$0")"
MODULE=github.com/superfly/litefs
# Counts the published states of patches/. hack/versions.env says the same.
REVISION=1

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

sum() { sha256sum | cut -d ' ' -f 1; }

# What patches say they are made for, and what each makes of it: FILE BEFORE AFTER.
headers() { sed -nE 's/^# ([^ ]+\.go) ([0-9a-f]{64}) ([0-9a-f]{64})$/\1 \2 \3/p' "$@"; }

# patched FILE PATCH...: the file of the module with these patches.
patched() {
  local file=$1
  shift
  awk -v file="$file" -f patch.awk "$@" "$from/$file"
}

# check PATCH: by itself, it makes of each file what it says.
check() {
  local file before after
  while read -r file before after; do
    [ "$(sum <"$from/$file")" = "$before" ] || die "$1 was made for another $file than that of $MODULE $version: see record.sh --help"
    [ "$(patched "$file" "$1" | sum)" = "$after" ] || die "$1 does not make of $file what it says: see record.sh --help"
  done < <(headers "$1")
}

# write_source DIR PATCH...
write_source() {
  local out=$1 it
  shift
  mkdir -p "$out"
  cp -r --no-preserve=mode "$from/." "$out"
  for it in "$@"; do check "$it"; done
  [ $# = 0 ] || for it in $(headers "$@" | cut -d ' ' -f 1 | sort -u); do patched "$it" "$@" >"$out/$it"; done
}

case ${1-} in -h | --help | '') sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
go mod download "$MODULE" # checked against go.sum
from=$(go list -m -f '{{.Dir}}' "$MODULE")
version=$(go list -m -f '{{.Version}}' "$MODULE")
if [ "$1" = --source ]; then
  write_source "${@:2}"
  exit 0
fi

mapfile -t patches < <(find patches -name '*.ed' ! -path "patches/${WITHOUT:-}.ed" | LC_ALL=C sort)
out=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
write_source "$work/litefs" "${patches[@]}"
cp go.mod go.sum "$work"
cd "$work"
# By a relative path: the program carries it, and is the same wherever it was built.
go mod edit -replace="$MODULE=./litefs"
CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.Version=$version+liteset.$REVISION${WITHOUT:+-without-$WITHOUT}" \
  -o "$out/" "$MODULE/cmd/litefs"
