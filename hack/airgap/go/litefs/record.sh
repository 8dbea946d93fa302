#!/usr/bin/env bash
# Writes a patch of patches/: what was changed in a source of LiteFS, without any text of LiteFS.
#
#   build.sh --source DIR [patches/NAME.ed]   the source to change: as it was published, or with the patch as it is
#   record.sh NAME DIR                        writes patches/NAME.ed, and keeps the comment that it begins with
#
# Each patch is made for the files as they were published, not for what other patches make of them. Undo: git restore patches
set -euo pipefail
cd "$(dirname "$0")"
case ${1-} in -h | --help | '') sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
from=$(go list -m -f '{{.Dir}}' github.com/superfly/litefs)
patch=patches/$1.ed
sum() { sha256sum "$1" | cut -d ' ' -f 1; }

{
  if [ -f "$patch" ]; then sed '/^# [^ ]*\.go [0-9a-f]\{64\} /,$d' "$patch"; else echo '# What is wrong, and what happens then.'; fi
  (cd "$2" && find . -name '*.go' -printf '%P\n' | LC_ALL=C sort) | while read -r file; do
    cmp -s "$from/$file" "$2/$file" && continue
    gofmt -l "$2/$file" | (! grep .) || { echo "error: run gofmt on $2/$file" >&2; exit 1; }
    echo "# $file $(sum "$from/$file") $(sum "$2/$file")"
    diff -e "$from/$file" "$2/$file" || [ $? = 1 ]
  done
} >"$patch.new"
mv "$patch.new" "$patch"
