#!/usr/bin/env bash
# Looks for known vulnerabilities that the Go programs of the images call: LiteFS as it is patched, the volume, the agent, the backup.
#
#   hack/vulnerabilities.sh
#
# The database is golang.org/x/vulndb at the version of hack/versions.env, so that nothing is asked on the way; Renovate
# raises it. One in a package of a module fails, also if what is called in the package has no fault: to know that takes
# minutes. One of Go's own library is only named: the Go that builds has to be newer. Needs hack/.bin/govulncheck. Changes nothing.
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1-} in
  -h | --help) usage; exit 0 ;;
  ?*) die "unknown option '$1': see $0 --help" ;;
esac
[ -x "$BIN/govulncheck" ] || die 'hack/.bin/govulncheck is not there: run `hack/build.sh govulncheck` (needs Go, takes a minute)'
export PATH=$ROOT/node_modules/.bin:$PATH
cd "$ROOT/hack/airgap/go/govulncheck"
go mod download golang.org/x/vulndb
database=$(go list -m -f '{{.Dir}}' golang.org/x/vulndb)/data/osv

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$ROOT/hack/airgap/go/litefs"
./build.sh --source "$work/litefs" patches/*.ed
cp go.mod go.sum "$work"
(cd "$work" && go mod edit -replace=github.com/superfly/litefs=./litefs)

code=0
# scan FOLDER PACKAGE
scan() {
  echo "$2"
  "$BIN/govulncheck" -C "$1" -db "file://$database" -scan package -format json "$2" | node "$ROOT/hack/vulnerabilities/main.ts" || code=1
}
scan "$work" github.com/superfly/litefs/cmd/litefs
scan "$ROOT/app/volume" github.com/liteset/liteset/app/volume
scan "$ROOT/app/agent" github.com/liteset/liteset/app/agent
scan "$ROOT/app/backup" github.com/liteset/liteset/app/backup
exit "$code"
