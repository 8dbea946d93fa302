#!/usr/bin/env bash
# Runs the tests of Liteset. Everything they need is installed and built first, as hack/up.sh does it.
#
#   hack/test.sh [unit|chart|e2e|all] [options of hack/up.sh]
#
#   unit    style, types, and the application: the middleware on a real LiteFS, the invoice service, the agent, the backup, the scripts
#   chart   the chart: generated anew and compared, rendered by both Helm versions, its values refused and accepted, released to a
#           registry on this machine
#   e2e     the cluster: hack/up.sh, then the stories told in test/e2e
#   all     everything (the default)
#
# At the end it says how long each part took. LITESET_SLOW=2 doubles what tests wait for and what they allow a failover, for a slow or
# busy machine; LITESET_LONG=1 makes the stories long that are worth a night.
# The cluster stays up afterwards, so that the next run is quick. Undo: hack/down.sh.
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=hack/lib/engine.sh
source "$ROOT/hack/lib/engine.sh"
# shellcheck source=hack/lib/go.sh
source "$ROOT/hack/lib/go.sh"
# shellcheck source=hack/lib/options.sh
source "$ROOT/hack/lib/options.sh"
# shellcheck source=hack/lib/tools.sh
source "$ROOT/hack/lib/tools.sh"
# shellcheck source=hack/lib/preflight.sh
source "$ROOT/hack/lib/preflight.sh"
# shellcheck source=hack/images/images.sh
source "$ROOT/hack/images/images.sh"
# shellcheck source=hack/cluster/deploy.sh
source "$ROOT/hack/cluster/deploy.sh"
# shellcheck source=hack/lib/parts.sh
source "$ROOT/hack/lib/parts.sh"

WHAT=all
case ${1-} in
  unit | chart | e2e | all) WHAT=$1; shift ;;
  -h | --help) usage; exit 0 ;;
  --* | '') ;;
  *) die "unknown tests '$1': see $0 --help" ;;
esac
parse_options "$@"
wants() { [ "$WHAT" = all ] || [ "$WHAT" = "$1" ]; }

# go_tests FOLDER [FLAG OF GO TEST]...: with the flags of every build here: with others, all of Litestream would be compiled again.
go_tests() {
  export CGO_ENABLED=0 LITESET_TOOLS=1
  cd "$1" && go vet -trimpath ./... && GOFLAGS="$(go env GOFLAGS) -trimpath" "$BIN/staticcheck" ./... &&
    go test -trimpath "${@:2}" ./... &&
    TESTS=$(go test -trimpath -list . ./... | grep -c '^Test')
}

# The backup's tests make thousands of small stores and sync each: in memory, where that has room. Many wait for a store
# that fails: more at once than there are processors.
backup_tests() {
  local memory=/dev/shm
  if (($(df --output=avail -k $memory 2>/dev/null | tail -n 1) > 6000000)); then export TMPDIR=$memory; fi
  go_tests app/backup -timeout 30m -parallel 8
}

check() {
  step 'Scripts: shellcheck' 'Mend what it names.' shellcheck -x hack/*.sh hack/airgap/go/*/*.sh
  step 'Style and types' 'Run `npm run fix`, then `npm run check`.' npm run check
}

cd "$ROOT"
export PATH=$ROOT/node_modules/.bin:$PATH
step 'Go and Node' 'Mend what the lines above name.' preflight_tests
step 'System packages' 'Run `apt-get update` by hand and see what it says.' install_packages "${TEST_PACKAGES[@]}"
step 'Node packages' 'See whether `npm ci` works in this folder.' install_node_packages
PROGRAMS=(litefs volume)
if wants unit; then PROGRAMS+=(consul litestream versitygw kubernetes etcd actionlint staticcheck govulncheck); fi
part 'Programs that tests run' build_steps "${PROGRAMS[@]}"
link_tool litefs litefs
link_tool volume liteset-volume
if wants unit; then
  link_tool consul consul
  link_tool litestream litestream
  link_tool versitygw versitygw
  link_tool kubernetes kube-apiserver
  link_tool etcd etcd
  link_tool actionlint actionlint
  link_tool staticcheck staticcheck
  link_tool govulncheck govulncheck
  part 'Style and types' check
  # They wait for most of their time. The cluster takes what is left of the processor.
  beside 'The backup (Go)' backup_tests
  beside 'The volume (Go)' go_tests app/volume
  beside 'The agent (Go)' go_tests app/agent
  beside 'Known vulnerabilities (Go)' hack/vulnerabilities.sh
  if [ "$WHAT" = all ]; then
    beside 'hack/up.sh' nice -n 19 hack/up.sh "$@"
    build_meanwhile helm3 registry pocketbase
  fi
  PROJECTS=(hack docs app)
  if wants chart && [ -d "$(go_output helm)" ] && [ -d "$(go_output helm3)" ] && [ -d "$(go_output registry)" ]; then
    link_tool helm helm
    link_tool helm3 helm3
    link_tool registry registry
    PROJECTS+=(chart release)
  fi
  FAILED=0
  part "Tests of ${PROJECTS[*]}" npx jest --selectProjects "${PROJECTS[@]}" || FAILED=1
  join || FAILED=1
  ((FAILED == 0))
fi
if wants chart && [[ " ${PROJECTS[*]-} " != *' chart '* ]]; then
  build_steps helm helm3 registry kubernetes etcd
  link_tool helm helm
  link_tool helm3 helm3
  link_tool registry registry
  link_tool kubernetes kube-apiserver
  link_tool etcd etcd
  part 'Tests of chart release' npx jest --selectProjects chart release
fi
if wants e2e; then
  if [ "$WHAT" != all ]; then part 'hack/up.sh' hack/up.sh "$@"; fi
  if [ "$REGISTRY_MODE" = auto ]; then REGISTRY_MODE=$(registry_mode); fi
  if [ -n "${LITESET_LONG-}" ]; then part 'Images for arm64' hack/arm64.sh "--$REGISTRY_MODE"; fi
  # Stories need what a user may leave out: Consul, Helm 3 beside Helm 4, Litestream as it is published, and an S3 server.
  build_steps consul helm3 litestream versitygw registry pocketbase
  link_tool helm3 helm3
  link_tool registry registry
  link_tool litestream litestream
  step 'Consul' "See \`kubectl --context $CONTEXT -n consul get pods\`." install_consul
  step 'Applications that know nothing of Liteset' 'See the log above.' build_foreign_images
  step 'S3 server' "See \`kubectl --context $CONTEXT -n s3 get pods\`." install_s3
  # The whole cluster is one control group beside this shell's processes: those give way, or leases run out while it waits for them.
  part 'Stories on the cluster' nice npx jest --selectProjects e2e --maxWorkers 3
  part 'Stories that break the cluster' nice npx jest --selectProjects chaos
fi
